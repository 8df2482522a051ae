package io.clipure.stream.app.chaos;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, hex. */
final class Digests {
  private Digests() {}

  /** Digest of the bytes; "none" for null, as a record may have no value. */
  static String of(byte[] bytes) {
    if (bytes == null) {
      return "none";
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
