package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.audit.diff.DiffFigures;
import io.clipure.stream.audit.diff.ImageChange;
import io.clipure.stream.audit.diff.Picture;
import io.clipure.stream.audit.diff.Place;
import io.clipure.stream.audit.diff.Result;
import io.clipure.stream.audit.range.RangeReader;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.image.DefaultImageLoader;
import io.clipure.stream.image.ImageLimits;
import io.clipure.stream.image.LoadedImage;
import io.clipure.stream.image.fetch.Fetched;
import io.clipure.stream.image.fetch.References;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Thumbnails of a few images, read where their events stand and decoded under the service's limits.
 * What cannot be had is said, and is never a reason to fail: the report stands without pictures.
 */
final class DiffPictures implements AutoCloseable {
  /** Side in pixels: twice what the page shows, for dense screens. */
  private static final int SIZE = 192;

  private static final Duration POLL = Duration.ofMillis(200);

  /** For one event. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Set<String> topics;
  private final Consumer<byte[], byte[]> consumer;
  private final Deserializer<ImageEvent> events;
  private final References references;
  private final DefaultImageLoader loader;
  private final Map<String, Integer> partitions = new HashMap<>();
  private boolean clusterIsSlow;

  private DiffPictures(AppConfig config, Set<String> topics, References references) {
    this.topics = topics;
    this.references = references;
    this.loader =
        new DefaultImageLoader(
            SIZE,
            new ImageLimits(
                config.image().maxBytes().bytes(),
                config.image().maxPixels(),
                config.batching().decodeMemory().bytes()));
    Map<String, Object> settings = new HashMap<>(RangeReader.consumerSettings());
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.consumer =
        Clients.consumer(
            config, settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.events = Clients.serdes(config).imageEvent().deserializer();
  }

  /**
   * Opens what images are read from.
   *
   * @param topics that events may stand in
   */
  static DiffPictures open(AppConfig config, Set<String> topics) {
    try {
      return new DiffPictures(config, topics, References.open(ReferenceOptions.of(config)));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(e.getMessage(), e);
    }
  }

  /** Pictures of the images that the report shows, by event id. */
  Map<String, Picture> of(DiffFigures figures, LiveLine live) {
    List<ImageChange> shown =
        Stream.concat(
                figures.transitions().stream().flatMap(one -> one.shown().stream()),
                figures.moved().stream())
            .sorted(
                Comparator.comparing((ImageChange one) -> origin(one).topic())
                    .thenComparingInt(one -> origin(one).partition())
                    .thenComparingLong(one -> origin(one).offset()))
            .toList();
    Map<String, Picture> pictures = new TreeMap<>();
    for (ImageChange one : shown) {
      live.show(pictures.size(), shown.size(), "pictures");
      pictures.put(one.id(), picture(one));
    }
    live.clear();
    return pictures;
  }

  private static Place origin(ImageChange change) {
    return labelled(change).map(Result::origin).orElse(Place.UNKNOWN);
  }

  private static Optional<Result.Labelled> labelled(ImageChange change) {
    return Stream.of(change.before(), change.after())
        .flatMap(Optional::stream)
        .filter(Result.Labelled.class::isInstance)
        .map(Result.Labelled.class::cast)
        .findFirst();
  }

  private Picture picture(ImageChange change) {
    Optional<Result.Labelled> verdict = labelled(change);
    if (verdict.isEmpty()) {
      return new Picture.Absent("never decoded");
    }
    Place origin = verdict.get().origin();
    if (!topics.contains(origin.topic())) {
      return new Picture.Absent("its topic is not configured");
    }
    if (clusterIsSlow) {
      return new Picture.Absent("not read in time");
    }
    try {
      ConsumerRecord<byte[], byte[]> record = record(origin);
      if (record == null) {
        return new Picture.Absent("no longer in the topic");
      }
      return decode(
          events.deserialize(record.topic(), record.headers(), record.value()), verdict.get());
    } catch (SerializationException e) {
      return new Picture.Absent("its event cannot be read");
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      clusterIsSlow = true;
      return new Picture.Absent("not read in time");
    } catch (KafkaException e) {
      return new Picture.Absent("the topic cannot be read");
    }
  }

  /** The committed record at exactly this place; null if it is not or no longer there. */
  private ConsumerRecord<byte[], byte[]> record(Place place) {
    if (place.partition() < 0
        || place.offset() < 0
        || place.partition() >= partitions.computeIfAbsent(place.topic(), this::count)) {
      return null;
    }
    TopicPartition at = new TopicPartition(place.topic(), place.partition());
    consumer.assign(List.of(at));
    if (place.offset() >= consumer.endOffsets(List.of(at)).get(at)) {
      return null;
    }
    consumer.seek(at, place.offset());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      try {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          return record.offset() == place.offset() ? record : null;
        }
        if (consumer.position(at) > place.offset()) {
          return null;
        }
      } catch (OffsetOutOfRangeException e) {
        return null;
      }
    }
    throw new org.apache.kafka.common.errors.TimeoutException(at + " gave nothing");
  }

  private int count(String topic) {
    List<PartitionInfo> found = consumer.partitionsFor(topic);
    return found == null ? 0 : found.size();
  }

  private Picture decode(ImageEvent event, Result.Labelled verdict) {
    if (event == null) {
      return new Picture.Absent("its event cannot be read");
    }
    if (event.getContent() instanceof InlineImage inline) {
      return decode(inline.getData().duplicate(), verdict);
    }
    String uri = ((ImageReference) event.getContent()).getUri();
    if (!uri.toLowerCase(Locale.ROOT).startsWith("file:")) {
      return new Picture.Absent("by reference, not fetched");
    }
    Fetched fetched = references.start(uri, uri.hashCode());
    while (fetched instanceof Fetched.Hop hop) {
      fetched = hop.run().get();
    }
    return fetched instanceof Fetched.Content content
        ? decode(content.bytes(), verdict)
        : new Picture.Absent("its file cannot be read");
  }

  private Picture decode(ByteBuffer encoded, Result.Labelled verdict) {
    if (!(loader.load(encoded) instanceof LoadedImage.Prepared prepared)) {
      return new Picture.Absent("cannot be decoded now");
    }
    return prepared.facts().sha256().equals(verdict.sha256())
        ? new Picture.Shown(Thumbnail.jpeg(prepared.pixels(), SIZE))
        : new Picture.Absent("other bytes than judged");
  }

  @Override
  public void close() {
    consumer.close();
    events.close();
    references.close();
  }
}
