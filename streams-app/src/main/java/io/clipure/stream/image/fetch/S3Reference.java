package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code s3://bucket/key}, optionally with {@code ?versionId=}. Being a URI, its key is
 * percent-encoded; characters that need no encoding may be written as they are.
 *
 * @param key as the object store knows it
 */
record S3Reference(String bucket, String key, Optional<String> versionId) {
  private static final int SHOWN_KEY = 96;

  private static final Pattern TEXT =
      Pattern.compile(
          "[sS]3://([A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9])/([^?#]+)(\\?versionId=([A-Za-z0-9._-]{1,1024}))?");

  private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  /** A server that normalises paths would leave the bucket by these. */
  private static final Pattern DOTS = Pattern.compile("(^|.*/)\\.\\.?(/.*|$)", Pattern.DOTALL);

  /**
   * Takes a reference apart.
   *
   * @throws FetchException INVALID_REFERENCE; the message repeats nothing of the text
   */
  static S3Reference parse(String text) throws FetchException {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw invalid("is not of the form s3://bucket/key or s3://bucket/key?versionId=id");
    }
    String written = parts.group(2);
    if (BROKEN_ESCAPE.matcher(written).find()) {
      throw invalid("has a % without two hexadecimal digits; write %25");
    }
    // The decoder is made for forms, where a plus is a space.
    String key = URLDecoder.decode(written.replace("+", "%2B"), StandardCharsets.UTF_8);
    if (key.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == 0xfffd)) {
      throw invalid("has a control character, or bytes that are no UTF-8, in its key");
    }
    if (key.getBytes(StandardCharsets.UTF_8).length > 1024) {
      throw invalid("has a key of more than 1024 bytes");
    }
    if (DOTS.matcher(key).matches() || key.startsWith("/")) {
      throw invalid("has a key that begins with '/' or has a part '.' or '..'");
    }
    return new S3Reference(parts.group(1), key, Optional.ofNullable(parts.group(4)));
  }

  private static FetchException invalid(String what) {
    return FetchException.refused(RejectionReason.INVALID_REFERENCE, "s3: reference " + what);
  }

  /** For messages and logs. */
  @Override
  public String toString() {
    String ascii = key.replaceAll("[^!-~]", "?");
    return "s3://"
        + bucket
        + "/"
        + (ascii.length() <= SHOWN_KEY ? ascii : ascii.substring(0, SHOWN_KEY) + "...");
  }
}
