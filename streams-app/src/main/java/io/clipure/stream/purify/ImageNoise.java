package io.clipure.stream.purify;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Noise derived from an image, so that a replay repeats the verdict and batch-mates do not matter.
 * Counter mode over SHA-256, all integers big-endian:
 *
 * <pre>
 *   key   = SHA-256("clipure-diff/1" · seed (8 bytes) · digest · view (4 bytes))
 *   block = SHA-256(key · step (4) · draw (4) · index (4))   gives four uniforms in [0, 1): the
 *           upper 53 bits of each 8 bytes over 2^53
 * </pre>
 *
 * <p>Block −1 makes the timestep; block i the Gaussians 4i to 4i + 3 by Box and Muller, in {@link
 * StrictMath}: the same bits on every machine. Whoever does not know the seed cannot foresee the
 * noise of an image.
 *
 * <p><b>Threading</b>: not thread-safe.
 */
public final class ImageNoise implements NoiseSource {
  private static final byte[] DOMAIN = "clipure-diff/1".getBytes(StandardCharsets.US_ASCII);
  private static final int TIMESTEP_BLOCK = -1;
  private static final int PER_BLOCK = 4;

  private final MessageDigest sha256 = sha256();
  private final byte[] key;

  /**
   * The noise of one view of one image.
   *
   * @param seed seed of the deployment
   * @param digest SHA-256 of the image's pixels
   * @param view number of the view, 0 for the image itself
   */
  public ImageNoise(long seed, byte[] digest, int view) {
    sha256.update(DOMAIN);
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(0, seed));
    sha256.update(digest);
    this.key = sha256.digest(ByteBuffer.allocate(Integer.BYTES).putInt(0, view).array());
  }

  @Override
  public int timestep(int step, int draw, int least, int most) {
    double uniform = uniforms(step, draw, TIMESTEP_BLOCK)[0];
    return least + (int) (uniform * (most - least + 1));
  }

  @Override
  public double[] gaussian(int step, int draw, int dimension) {
    int blocks = (dimension + PER_BLOCK - 1) / PER_BLOCK;
    double[] values = new double[blocks * PER_BLOCK];
    for (int block = 0; block < blocks; block++) {
      double[] uniforms = uniforms(step, draw, block);
      for (int pair = 0; pair < PER_BLOCK; pair += 2) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniforms[pair]));
        double angle = 2 * Math.PI * uniforms[pair + 1];
        values[block * PER_BLOCK + pair] = radius * StrictMath.cos(angle);
        values[block * PER_BLOCK + pair + 1] = radius * StrictMath.sin(angle);
      }
    }
    return Arrays.copyOf(values, dimension);
  }

  private double[] uniforms(int step, int draw, int block) {
    sha256.update(key);
    ByteBuffer counter = ByteBuffer.allocate(3 * Integer.BYTES);
    counter.putInt(step).putInt(draw).putInt(block);
    ByteBuffer words = ByteBuffer.wrap(sha256.digest(counter.array()));
    double[] uniforms = new double[PER_BLOCK];
    for (int i = 0; i < PER_BLOCK; i++) {
      uniforms[i] = (words.getLong() >>> 11) * 0x1p-53;
    }
    return uniforms;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
