package io.clipure.stream.views;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Draws the views of an image from a secret key and the image's pixels: HMAC-SHA256(key, digest ‖
 * counter) is the stream of random words. Whoever has the key gets the same views again, so a
 * replay gives the same verdict; whoever lacks it cannot know them before the image is sent, nor
 * learn anything from other images' views.
 *
 * <p>Thread-safe, immutable.
 */
public final class KeyedViews {
  private static final String HMAC = "HmacSHA256";
  private static final int DIGEST_BYTES = 32;

  private final ViewPlan plan;
  private final SecretKeySpec key;
  private final String keyId;

  /**
   * Views by a plan.
   *
   * @param key the secret, at least one character
   */
  public KeyedViews(ViewPlan plan, String key) {
    this.plan = Objects.requireNonNull(plan, "plan");
    if (key.isEmpty()) {
      throw new IllegalArgumentException("the key of the views is empty");
    }
    this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), HMAC);
    byte[] mark = mac().doFinal("key-id".getBytes(StandardCharsets.US_ASCII));
    this.keyId = HexFormat.of().formatHex(mark, 0, 4);
  }

  /** What is drawn. */
  public ViewPlan plan() {
    return plan;
  }

  /**
   * Tells keys apart without giving them away: the first 8 hex digits of HMAC(key, "key-id"). A
   * replay with another key sees other views.
   */
  public String keyId() {
    return keyId;
  }

  /**
   * The extra views of the image with this digest: {@link ViewPlan#shifts} different shifts,
   * uniform over the offsets within reach but (0, 0), then the fixed views.
   *
   * @param digest SHA-256 of the image's pixels, 32 bytes
   */
  public List<View> draw(byte[] digest) {
    if (digest.length != DIGEST_BYTES) {
      throw new IllegalArgumentException(
          "digest has " + digest.length + " bytes, expected " + DIGEST_BYTES);
    }
    List<View> views = new ArrayList<>(plan.extraViews());
    if (plan.shifts() > 0) {
      Words words = new Words(mac(), digest);
      int side = 2 * plan.reach() + 1;
      while (views.size() < plan.shifts()) {
        int offset = words.below(side * side);
        View shift = new Shift(offset % side - plan.reach(), offset / side - plan.reach());
        if (offset != side * side / 2 && !views.contains(shift)) {
          views.add(shift);
        }
      }
    }
    views.addAll(plan.fixed());
    return List.copyOf(views);
  }

  private Mac mac() {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }

  /** An image's stream of random words. */
  private static final class Words {
    private final Mac mac;
    private final byte[] digest;
    private int counter;
    private ByteBuffer block = ByteBuffer.allocate(0);

    Words(Mac mac, byte[] digest) {
      this.mac = mac;
      this.digest = digest;
    }

    /** Uniform over 0 to {@code bound - 1}: words beyond the last multiple are thrown away. */
    int below(int bound) {
      long multiples = (1L << 32) / bound * bound;
      long word = next();
      while (word >= multiples) {
        word = next();
      }
      return (int) (word % bound);
    }

    private long next() {
      if (!block.hasRemaining()) {
        mac.update(digest);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(counter++).flip());
        block = ByteBuffer.wrap(mac.doFinal());
      }
      return Integer.toUnsignedLong(block.getInt());
    }
  }
}
