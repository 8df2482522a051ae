package io.clipure.stream.topology;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.batching.Job;
import io.clipure.stream.batching.Loaded;
import io.clipure.stream.batching.Step;
import io.clipure.stream.image.ImageLoader;
import io.clipure.stream.image.LoadedImage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Record;

/** Makes the pipeline job of an event. Thread-safe. */
final class LoadJobs implements Function<Record<String, ImageEvent>, Job<Loading>> {
  /** Objects around an event; small against any image. */
  private static final long OVERHEAD_BYTES = 1024;

  private final ImageLoader loader;
  private final long pixelBytes;

  LoadJobs(ImageLoader loader, int imageSize) {
    this.loader = loader;
    this.pixelBytes = 3L * imageSize * imageSize;
  }

  @Override
  public Job<Loading> apply(Record<String, ImageEvent> record) {
    ImageEvent event = record.value();
    if (event == null) {
      return Job.live(
          OVERHEAD_BYTES,
          new Step.Done<>(refused(ReasonCodes.EMPTY_VALUE, "the record has no value")));
    }
    if (event.getContent() instanceof InlineImage inline) {
      // Held twice until forwarded: in the event, and raw for a possible dead letter.
      long held = 2L * inline.getData().remaining();
      return Job.live(
          OVERHEAD_BYTES + pixelBytes + held,
          decode(() -> loader.load(inline.getData().asReadOnlyBuffer())));
    }
    String uri = ((ImageReference) event.getContent()).getUri();
    return Job.live(OVERHEAD_BYTES + pixelBytes, decode(() -> loader.load(uri)));
  }

  private Step<Loading> decode(Supplier<LoadedImage> load) {
    return new Step.Decode<>(pixelBytes, () -> new Step.Done<>(loaded(load.get())));
  }

  private static Loaded<Loading> loaded(LoadedImage image) {
    if (image instanceof LoadedImage.Prepared prepared) {
      return new Loaded.Pixels<>(new Loading.Accepted(prepared.facts()), prepared.pixels());
    }
    LoadedImage.Rejected rejected = (LoadedImage.Rejected) image;
    return refused(rejected.reason().name(), rejected.message());
  }

  private static Loaded<Loading> refused(String reason, String message) {
    return new Loaded.Settled<>(new Loading.Refused(reason, message));
  }
}
