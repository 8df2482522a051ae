package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageViews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that runs a device's encoder. A batch that fails is halved until the images that fail
 * are alone; after every failure a blank image tells whether the device works at all. If it does
 * not, the encoder is opened anew, once.
 *
 * <p>The worker hands its tickets on before it does anything else that may hang: the watchdog of
 * {@link Device} finds in a hung call all there is to rescue.
 *
 * <p><b>Threading</b>: one thread owns the worker and its encoder, and closes it.
 */
final class DeviceWorker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceWorker.class);

  /** Opening loads and warms up a model: much longer than a call, but not for ever. */
  private static final Duration OPEN_DEADLINE = Duration.ofMinutes(2);

  private final Device device;
  private ImageEncoder encoder;

  /**
   * Creates a worker.
   *
   * @param encoder owned from here on; null: the worker opens one first
   */
  DeviceWorker(Device device, ImageEncoder encoder) {
    this.device = device;
    this.encoder = encoder;
  }

  @Override
  public void run() {
    try {
      if (encoder == null) {
        open();
      }
      MicroBatcher.Batch<Ticket<?>> batch = device.take();
      while (!batch.items().isEmpty()) {
        device.begins(batch.lane());
        try {
          encode(device.claim(batch));
        } finally {
          device.ends(batch.lane());
        }
        batch = device.take();
      }
    } catch (InterruptedException e) {
      LOG.debug("Worker of {} interrupted: the pipeline closes", device, e);
    } catch (WrittenOffException e) {
      LOG.warn("A call that was written off on {} has returned; its results are dropped", device);
      closeEncoder();
      device.returned();
    } catch (BrokenDeviceException e) {
      device.giveUp(e.getMessage(), e.getCause());
    } catch (Throwable e) {
      // Also heap exhaustion and LinkageError: a silent worker would hang every task.
      device.broken(e);
    } finally {
      closeEncoder();
    }
  }

  private void closeEncoder() {
    if (encoder != null) {
      try {
        encoder.close();
      } catch (RuntimeException e) {
        LOG.warn("The encoder on {} could not be closed", device, e);
      }
      encoder = null;
    }
  }

  private void encode(List<Ticket<?>> batch) throws WrittenOffException, BrokenDeviceException {
    if (batch.isEmpty()) {
      return;
    }
    long started = System.nanoTime();
    List<ImageEmbeddings> embeddings;
    try {
      embeddings =
          watched(
              new EncoderCall(EncoderCall.Kind.ENCODE, batch),
              device.deadline(),
              () -> encoder.encodeViews(batch.stream().<ImageViews>map(Ticket::views).toList()));
      if (embeddings.size() != batch.size()) {
        throw new IllegalStateException(
            embeddings.size() + " embeddings came for " + batch.size() + " images");
      }
    } catch (RuntimeException e) {
      failed(batch, e, OutOfMemory.is(e));
      return;
    } catch (OutOfMemoryError e) {
      if (!OutOfMemory.is(e)) {
        throw e;
      }
      failed(batch, e, true);
      return;
    }
    long nanos = System.nanoTime() - started;
    device.succeeded(batch, nanos);
    List<Ticket<?>> unusable = new ArrayList<>();
    for (int i = 0; i < embeddings.size(); i++) {
      if (usable(embeddings.get(i))) {
        answer(batch.get(i), embeddings.get(i), started, nanos, batch.size());
      } else {
        unusable.add(batch.get(i));
      }
    }
    if (!unusable.isEmpty()) {
      String what = "the embedding from " + device + " is not finite or is zero";
      unusable.forEach(ticket -> device.blame(ticket, what));
      examine(null);
    }
  }

  private <D> void answer(
      Ticket<D> ticket, ImageEmbeddings embeddings, long started, long nanos, int batchSize) {
    device.end(ticket, ticket.encoded(embeddings, started, nanos, batchSize, encoder.device()));
  }

  private void failed(List<Ticket<?>> batch, Throwable cause, boolean outOfMemory)
      throws WrittenOffException, BrokenDeviceException {
    if (outOfMemory) {
      device.outOfMemory(batch.size());
    }
    if (batch.size() > 1) {
      LOG.warn("Batch of {} failed on {}; trying halves of it", batch.size(), device, cause);
      int half = batch.size() / 2;
      device.again(batch.subList(0, half));
      device.again(batch.subList(half, batch.size()));
      if (outOfMemory) {
        return; // nothing is wrong but the size
      }
    } else {
      batch.get(0).origin().enter();
      try {
        LOG.warn("One image failed alone on {}", device, cause);
      } finally {
        Origin.leave();
      }
      device.blame(batch.get(0), "the encoder on " + device + " failed: " + cause);
    }
    examine(cause);
  }

  /** After a failure: with a device that works, the images that were blamed are guilty. */
  private void examine(Throwable earlier) throws WrittenOffException, BrokenDeviceException {
    String fault = probe(EncoderCall.Kind.PROBE);
    if (fault == null) {
      device.convict();
      return;
    }
    LOG.error("Device {}: {}; opening it anew", device, fault, earlier);
    device.recovering(fault);
    closeEncoder();
    open();
  }

  /** Opens a replacement and tries it. */
  private void open() throws WrittenOffException, BrokenDeviceException {
    device.mayReopen();
    try {
      watched(
          new EncoderCall(EncoderCall.Kind.OPEN, List.of()),
          OPEN_DEADLINE,
          () -> {
            encoder = device.open();
            return encoder;
          });
    } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
      throw new BrokenDeviceException("it cannot be opened anew: " + e, e);
    }
    String fault = probe(EncoderCall.Kind.OPEN);
    if (fault != null) {
      throw new BrokenDeviceException(fault + ", also after it was opened anew", null);
    }
    device.working();
    device.convict();
  }

  /** What is wrong with the device; null if it encodes a blank image. */
  private String probe(EncoderCall.Kind kind) throws WrittenOffException {
    try {
      int side = encoder.imageSize();
      float[][] blank =
          watched(
              new EncoderCall(kind, List.of()),
              device.deadline(),
              () -> encoder.encode(List.of(new byte[side * side * 3])));
      return Double.isFinite(squaredNorm(blank[0]))
          ? null
          : "its embedding of a blank image is not finite";
    } catch (RuntimeException | OutOfMemoryError e) {
      return "it fails for a blank image too: " + e;
    }
  }

  /** Runs native code under the watchdog; a call that is over time is not ours any more. */
  private <T> T watched(EncoderCall call, Duration limit, Supplier<T> action)
      throws WrittenOffException {
    Timer.Alarm alarm = device.watch(call, limit);
    try {
      T result = action.get();
      if (!call.claim()) {
        throw new WrittenOffException();
      }
      return result;
    } catch (RuntimeException | Error e) {
      if (!call.claim()) {
        throw new WrittenOffException();
      }
      throw e;
    } finally {
      alarm.cancel();
    }
  }

  /** One bad view makes the image's verdict worthless. */
  private static boolean usable(ImageEmbeddings embeddings) {
    return usable(embeddings.views())
        && (embeddings.purified() == null || usable(embeddings.purified()));
  }

  private static boolean usable(float[][] vectors) {
    for (float[] vector : vectors) {
      double squares = squaredNorm(vector);
      if (!(squares > 0 && Double.isFinite(squares))) {
        return false;
      }
    }
    return true;
  }

  /** NaN or infinite as soon as one element is. */
  private static double squaredNorm(float[] embedding) {
    double squares = 0;
    for (float value : embedding) {
      squares += (double) value * value;
    }
    return squares;
  }

  /** The watchdog has taken the call's images; this thread is nobody's any more. */
  private static final class WrittenOffException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** A new encoder does not help. */
  static final class BrokenDeviceException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenDeviceException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
