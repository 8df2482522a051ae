package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageEncoder;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs batches on one device. When a batch fails, its images are tried one by one; an image that
 * fails alone is checked against a blank one: if that fails too the device is broken, and nothing
 * is blamed on images.
 *
 * <p><b>Threading</b>: one thread owns the worker and its encoder.
 */
final class DeviceWorker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceWorker.class);

  /** How a worker tells the pipeline about its batches. */
  interface Listener {
    void encoded(int items, long nanos);

    void finished(Ticket<?> ticket, boolean failed);

    void broken(String message, Throwable cause);
  }

  private final ImageEncoder encoder;
  private final int most;
  private final MicroBatcher<Ticket<?>> batcher;
  private final Listener listener;

  DeviceWorker(ImageEncoder encoder, int most, MicroBatcher<Ticket<?>> batcher, Listener listener) {
    this.encoder = encoder;
    this.most = most;
    this.batcher = batcher;
    this.listener = listener;
  }

  @Override
  public void run() {
    try {
      for (List<Ticket<?>> batch = batcher.take(most, most).items();
          !batch.isEmpty();
          batch = batcher.take(most, most).items()) {
        encode(batch.stream().filter(Ticket::begin).toList());
      }
    } catch (InterruptedException e) {
      LOG.debug("Worker of {} interrupted: the pipeline closes", encoder.device());
    } catch (Throwable e) {
      // Also OutOfMemoryError and LinkageError: a silent worker would hang every task.
      String why = e instanceof BrokenDeviceError ? e.getMessage() : e.toString();
      listener.broken("Device " + encoder.device() + " is broken: " + why, e);
    }
  }

  private void encode(List<Ticket<?>> batch) {
    if (batch.isEmpty()) {
      return;
    }
    long started = System.nanoTime();
    try {
      float[][] embeddings = call(batch);
      long nanos = System.nanoTime() - started;
      listener.encoded(batch.size(), nanos);
      for (int i = 0; i < batch.size(); i++) {
        complete(batch.get(i), embeddings[i], started, nanos, batch.size());
      }
    } catch (RuntimeException e) {
      if (batch.size() == 1) {
        failAlone(batch.get(0), e);
      } else {
        LOG.warn("Batch of {} failed on {}; trying one by one", batch.size(), encoder.device(), e);
        batch.forEach(ticket -> encode(List.of(ticket)));
      }
    }
  }

  private float[][] call(List<Ticket<?>> batch) {
    List<byte[]> pixels = new ArrayList<>(batch.size());
    batch.forEach(ticket -> pixels.add(ticket.pixels()));
    float[][] embeddings = encoder.encode(pixels);
    if (embeddings.length != batch.size()) {
      throw new IllegalStateException(
          "encoder answered " + embeddings.length + " embeddings for " + batch.size() + " images");
    }
    return embeddings;
  }

  private <D> void complete(
      Ticket<D> ticket, float[] embedding, long started, long nanos, int batchSize) {
    double squares = squaredNorm(embedding);
    boolean usable = squares > 0 && Double.isFinite(squares);
    if (usable) {
      ticket.finish(ticket.encoded(embedding, started, nanos, batchSize, encoder.device()));
    } else {
      probe(null);
      ticket.finish(
          new Outcome.Failed<>(
              Outcome.Stage.ENCODE,
              "the embedding from " + encoder.device() + " is not finite or is zero"));
    }
    listener.finished(ticket, !usable);
  }

  private <D> void failAlone(Ticket<D> ticket, RuntimeException cause) {
    probe(cause);
    LOG.warn("One image failed alone on {}, which works for a blank one", encoder.device(), cause);
    ticket.finish(
        new Outcome.Failed<>(
            Outcome.Stage.ENCODE, "the encoder on " + encoder.device() + " failed: " + cause));
    listener.finished(ticket, true);
  }

  /** Throws {@link BrokenDeviceError} if the device cannot encode even a blank image. */
  private void probe(RuntimeException earlier) {
    int side = encoder.imageSize();
    double squares;
    try {
      squares = squaredNorm(encoder.encode(List.of(new byte[side * side * 3]))[0]);
    } catch (RuntimeException e) {
      throw new BrokenDeviceError("it fails for a blank image too: " + e, e);
    }
    if (!Double.isFinite(squares)) {
      throw new BrokenDeviceError("its embedding of a blank image is not finite", earlier);
    }
  }

  /** NaN or infinite as soon as one element is. */
  private static double squaredNorm(float[] embedding) {
    double squares = 0;
    for (float value : embedding) {
      squares += (double) value * value;
    }
    return squares;
  }

  /** Not a {@link RuntimeException}, so that no retry one by one can swallow it. */
  private static final class BrokenDeviceError extends Error {
    private static final long serialVersionUID = 1L;

    BrokenDeviceError(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
