package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.image.LoadedImage;
import io.clipure.stream.image.fetch.Fetched;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Encodes images for a calibration as the service would: the same guards, pixels and views. Keeps
 * embeddings, drops pixels.
 *
 * <p><b>Threading</b>: one thread.
 */
final class CalibrationImages {
  private final AppConfig config;
  private final Engines engines;
  private final ImageEncoder encoder;
  private final LiveLine live;
  private final int batch;

  private final List<String> names = new ArrayList<>();
  private final List<ImageEmbeddings> embeddings = new ArrayList<>();
  private final CalibrationSample.Skipped skipped = new CalibrationSample.Skipped();
  private final List<String> waitingNames = new ArrayList<>();
  private final List<ImageViews> waiting = new ArrayList<>();

  private CalibrationImages(
      AppConfig config, Engines engines, ImageEncoder encoder, LiveLine live) {
    this.config = config;
    this.engines = engines;
    this.encoder = encoder;
    this.live = live;
    this.batch = config.batching().maxBatch();
  }

  /** Image files. */
  static CalibrationSample.Encoded files(
      AppConfig config,
      Engines engines,
      ImageEncoder encoder,
      LiveLine live,
      List<Path> files,
      String source)
      throws IOException {
    CalibrationImages images = new CalibrationImages(config, engines, encoder, live);
    for (Path file : files) {
      images.add(file.toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
      live.show(images.seen(), files.size(), "images encoded");
    }
    return images.sample(source);
  }

  /** The newest events of a topic. */
  static CalibrationSample.Encoded topic(
      AppConfig config,
      Engines engines,
      ImageEncoder encoder,
      LiveLine live,
      String topic,
      int most) {
    CalibrationImages images = new CalibrationImages(config, engines, encoder, live);
    try (Deserializer<ImageEvent> events = Clients.serdes(config).imageEvent().deserializer()) {
      NewestRecords.each(
          config,
          topic,
          most,
          record -> {
            try {
              ImageEvent event =
                  events.deserialize(record.topic(), record.headers(), record.value());
              if (event != null) {
                images.add(event);
              }
            } catch (SerializationException e) {
              images.skipped.add("records that are no image event");
            }
            live.show(images.seen(), most, "images read and encoded");
            return images.seen() < most;
          });
    }
    return images.sample("topic " + topic);
  }

  private int seen() {
    return names.size() + waiting.size();
  }

  private void add(ImageEvent event) {
    if (event.getContent() instanceof InlineImage inline) {
      add(event.getId(), inline.getData().duplicate());
      return;
    }
    String uri = ((ImageReference) event.getContent()).getUri();
    Fetched fetched = Fetches.finish(engines.references().start(uri, uri.hashCode()));
    if (fetched instanceof Fetched.Content content) {
      add(event.getId(), content.bytes());
    } else {
      skipped.add(((Fetched.Refused) fetched).reason().name());
    }
  }

  private void add(String name, ByteBuffer encoded) {
    LoadedImage image = engines.loader().load(encoded);
    if (image instanceof LoadedImage.Prepared prepared) {
      waitingNames.add(name);
      waiting.add(engines.views(prepared.pixels()));
      if (waiting.size() == batch) {
        encode();
      }
    } else {
      skipped.add(((LoadedImage.Rejected) image).reason().name());
    }
  }

  private void encode() {
    embeddings.addAll(encoder.encodeViews(waiting));
    names.addAll(waitingNames);
    waiting.clear();
    waitingNames.clear();
  }

  private CalibrationSample.Encoded sample(String source) {
    if (!waiting.isEmpty()) {
      encode();
    }
    live.clear();
    if (names.isEmpty()) {
      throw new RefusedException(
          "%s: no image could be judged (%s); calibrate on images that the service accepts"
              .formatted(source, skipped.counts()));
    }
    return new CalibrationSample.Encoded(
        source, List.copyOf(names), List.copyOf(embeddings), skipped.counts());
  }
}
