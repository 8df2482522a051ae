package io.clipure.stream.batching;

import io.clipure.stream.clip.EncoderException;
import io.clipure.stream.clip.ImageEncoder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/**
 * Encodes (1, first byte); waits for a permit before each call. First byte 100: the whole batch
 * fails; 101: NaN; 102: an Error; 103: the call hangs until {@link #stuck} has a permit.
 */
final class GatedEncoder implements ImageEncoder {
  static final int POISON = 100;
  static final int NAN = 101;
  static final int ERROR = 102;
  static final int HANG = 103;

  final Semaphore gate = new Semaphore(0);
  final Semaphore entered = new Semaphore(0);
  final Semaphore hanging = new Semaphore(0);
  final Semaphore stuck = new Semaphore(0);
  final List<Integer> batchSizes = new CopyOnWriteArrayList<>();
  volatile boolean broken;
  volatile boolean hangs;
  volatile int memory = Integer.MAX_VALUE;
  volatile boolean closed;

  static GatedEncoder open() {
    GatedEncoder encoder = new GatedEncoder();
    encoder.gate.release(1_000_000);
    return encoder;
  }

  @Override
  public String device() {
    return "fake:0";
  }

  @Override
  public int imageSize() {
    return 1;
  }

  @Override
  public int dimension() {
    return 2;
  }

  @Override
  public float[][] encode(List<byte[]> pixels) {
    entered.release();
    gate.acquireUninterruptibly();
    batchSizes.add(pixels.size());
    if (hangs || pixels.stream().anyMatch(image -> image[0] == HANG)) {
      hanging.release();
      stuck.acquireUninterruptibly();
    }
    if (pixels.size() > memory) {
      throw new EncoderException(
          "device fake:0 failed",
          new IllegalStateException("Failed to allocate memory for buffer"));
    }
    float[][] embeddings = new float[pixels.size()][];
    for (int i = 0; i < embeddings.length; i++) {
      int first = pixels.get(i)[0];
      if (broken || first == POISON) {
        throw new EncoderException("engine failed", null);
      }
      if (first == ERROR) {
        throw new OutOfMemoryError("device");
      }
      embeddings[i] = new float[] {1, first == NAN ? Float.NaN : first};
    }
    return embeddings;
  }

  @Override
  public void close() {
    closed = true;
  }
}
