package io.clipure.stream.audit.sampling;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A number of every id that looks drawn at random to whoever lacks the key: the first 64 bits of
 * HMAC-SHA256(key, id). Choosing ids by it is a Bernoulli sample that can be drawn again: the same
 * key gives the same ids, and a larger share contains the smaller one.
 *
 * <p><b>Threading</b>: not thread-safe.
 */
public final class KeyedHash {
  /** In force where none is given: everybody can draw the same sample, and foresee it. */
  public static final String PUBLIC_KEY = "clipure-audit/1";

  private static final String HMAC = "HmacSHA256";

  private final Mac mac;

  /**
   * A hash.
   *
   * @param key at least one character
   * @throws IllegalArgumentException if the key is empty
   */
  public KeyedHash(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("the key of the sample is empty; expected a text");
    }
    try {
      mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), HMAC));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }

  /** The number of an id; all 64 bits count, so compare it unsigned. */
  public long of(String id) {
    return ByteBuffer.wrap(mac.doFinal(id.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  /** The number of an id as a fraction: uniform, at least 0 and below 1. */
  public double fraction(String id) {
    return (of(id) >>> 11) * 0x1p-53;
  }

  /**
   * Whether an id belongs to a sample.
   *
   * @param share chance of every id to belong to it, 0 to 1
   */
  public boolean chooses(String id, double share) {
    return fraction(id) < share;
  }
}
