package io.clipure.stream.topology;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.batching.Job;
import io.clipure.stream.batching.Lane;
import io.clipure.stream.batching.Loaded;
import io.clipure.stream.batching.Step;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.image.ImageLoader;
import io.clipure.stream.image.LoadedImage;
import io.clipure.stream.image.Opened;
import io.clipure.stream.image.fetch.Fetched;
import io.clipure.stream.image.fetch.References;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.View;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes the pipeline job of an event: fetch, where the event holds a reference; read the header;
 * decode once the pipeline has the memory that the header asks for; draw and make the image's
 * views.
 *
 * <p>Thread-safe.
 */
final class LoadJobs implements Function<Record<String, ImageEvent>, Job<Loading>> {
  /** Objects around an event; small against any image. */
  private static final long OVERHEAD_BYTES = 1024;

  private final ImageLoader loader;
  private final References references;
  private final KeyedViews views;
  private final int imageSize;
  private final Lane lane;
  private final Optional<Duration> deadline;
  private final ModerationListener listener;
  private final boolean replay;

  /**
   * Creates the jobs of one topic.
   *
   * @param views what is encoded besides the image
   * @param imageSize side of the encoder's square input in pixels
   * @param lane who waits for its images, unless an event says otherwise
   * @param deadline age from which they are not worth encoding, unless an event says otherwise
   * @param listener asked whether it wants to see pixels
   */
  LoadJobs(
      ImageLoader loader,
      References references,
      KeyedViews views,
      int imageSize,
      Lane lane,
      Optional<Duration> deadline,
      ModerationListener listener) {
    this(loader, references, views, imageSize, lane, deadline, listener, false);
  }

  private LoadJobs(
      ImageLoader loader,
      References references,
      KeyedViews views,
      int imageSize,
      Lane lane,
      Optional<Duration> deadline,
      ModerationListener listener,
      boolean replay) {
    this.loader = loader;
    this.references = references;
    this.views = views;
    this.imageSize = imageSize;
    this.lane = lane;
    this.deadline = deadline;
    this.listener = listener;
    this.replay = replay;
  }

  /**
   * The same for events of the past: nobody waits for them any more and every deadline has passed,
   * so what they ask for is checked, as it was then, and not kept.
   */
  LoadJobs asReplay() {
    return new LoadJobs(loader, references, views, imageSize, lane, deadline, listener, true);
  }

  /** Who waits for an event that {@link #apply} made a job of. */
  Lane lane(ImageEvent event) {
    return replay ? lane : EventAttributes.lane(event.getAttributes(), lane);
  }

  @Override
  public Job<Loading> apply(Record<String, ImageEvent> record) {
    ImageEvent event = record.value();
    if (event == null) {
      return settled(record.key(), ReasonCodes.EMPTY_VALUE, "the record has no value");
    }
    try {
      Lane asked = EventAttributes.lane(event.getAttributes(), lane);
      long by = EventAttributes.deadline(event, record.timestamp(), deadline);
      return new Job<>(
          OVERHEAD_BYTES + pixelBytes() + heldBytes(event),
          replay ? lane : asked,
          replay ? Job.NEVER : by,
          first(record),
          event.getId());
    } catch (ImageRejectedException e) {
      return settled(event.getId(), e.reason(), e.getMessage());
    }
  }

  private Job<Loading> settled(String id, String reason, String message) {
    return new Job<>(OVERHEAD_BYTES, lane, Job.NEVER, refused(reason, message), id);
  }

  /** Of the image and its views. */
  private long pixelBytes() {
    return 3L * imageSize * imageSize * (1 + views.plan().extraViews());
  }

  /** Inline bytes are held twice until forwarded: in the event, and raw for a dead letter. */
  private static long heldBytes(ImageEvent event) {
    return event.getContent() instanceof InlineImage inline ? 2L * inline.getData().remaining() : 0;
  }

  private Step<Loading> first(Record<String, ImageEvent> record) {
    if (record.value().getContent() instanceof InlineImage inline) {
      return open(inline.getData());
    }
    String uri = ((ImageReference) record.value().getContent()).getUri();
    long seed = 31 * record.timestamp() + uri.hashCode();
    return new Step.Decode<>(0, () -> follow(references.start(uri, seed)));
  }

  /** A fetch as the pipeline's steps: it owns the threads and the waiting. */
  private Step<Loading> follow(Fetched fetched) {
    if (fetched instanceof Fetched.Hop hop) {
      return new Step.Fetch<>(hop.host(), hop.limit(), () -> follow(hop.run().get()), hop.abort());
    }
    if (fetched instanceof Fetched.Later later) {
      return new Step.Later<>(
          later.after(), new Step.Decode<>(0, () -> follow(later.next().get())));
    }
    if (fetched instanceof Fetched.Content content) {
      return open(content.bytes());
    }
    Fetched.Refused refused = (Fetched.Refused) fetched;
    return refused(refused.reason().name(), refused.message());
  }

  /** Reading the header is computing too, so it is a step of its own, off the stream thread. */
  private Step<Loading> open(ByteBuffer encoded) {
    return new Step.Decode<>(
        0,
        () -> {
          // The loader only reads; a view of our own keeps it from moving the event's position.
          Opened opened = loader.open(encoded.duplicate());
          if (opened instanceof Opened.Decodable decodable) {
            return new Step.Decode<>(
                decodable.header().peakBytes(), () -> loaded(decodable.decode().get()));
          }
          return loaded(((Opened.Refused) opened).rejection());
        });
  }

  private Step<Loading> loaded(LoadedImage image) {
    if (image instanceof LoadedImage.Prepared prepared) {
      byte[] pixels = prepared.pixels();
      byte[] digest = ImageViews.digestOf(pixels);
      List<View> drawn = views.draw(digest);
      List<byte[]> extra = drawn.stream().map(view -> view.apply(pixels, imageSize)).toList();
      return new Step.Done<>(
          new Loaded.Pixels<>(
              new Loading.Accepted(
                  prepared.facts(), digest, drawn, listener.wantsPixels() ? pixels : null),
              ImageViews.of(pixels, digest, extra)));
    }
    LoadedImage.Rejected rejected = (LoadedImage.Rejected) image;
    return refused(rejected.reason().name(), rejected.message());
  }

  private static Step<Loading> refused(String reason, String message) {
    return new Step.Done<>(new Loaded.Settled<>(new Loading.Refused(reason, message)));
  }
}
