package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.RegistryFailures;
import io.clipure.schemas.SourceCoordinates;
import io.clipure.stream.audit.verify.Obstacle;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.image.fetch.Fetched;
import io.clipure.stream.image.fetch.References;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The very bytes that were judged: from the event at the verdict's coordinates, where the event
 * holds a reference from where it leads as far as the configuration allows, and always checked
 * against the verdict's SHA-256.
 *
 * <p><b>Threading</b>: one thread. Owns what it opens.
 */
final class OriginImages implements AutoCloseable {
  /** Where looking for an image ended. */
  sealed interface Found {}

  /** The bytes that were judged, from position to limit. */
  record Bytes(ByteBuffer encoded) implements Found {}

  /** Not to be had. */
  record Missing(Obstacle why, String detail) implements Found {}

  private final AppConfig config;
  private final Deserializer<ImageEvent> events;
  private final References references;
  private final RecordAt records;

  OriginImages(AppConfig config) {
    this.config = config;
    this.references = Engines.references(config);
    try {
      this.events = Clients.serdes(config).imageEvent().deserializer();
      this.records = new RecordAt(config);
    } catch (RuntimeException e) {
      references.close();
      throw e;
    }
  }

  /**
   * Looks for the image of a verdict.
   *
   * @throws RefusedException if cluster or registry do not answer
   */
  Found of(LabelledImage verdict) {
    SourceCoordinates origin = verdict.getOrigin();
    TopicPartition at = new TopicPartition(origin.getTopic(), origin.getPartition());
    Optional<ConsumerRecord<byte[], byte[]>> record = records.at(at, origin.getOffset());
    if (record.isEmpty()) {
      return gone(at, origin, "holds no record any more: deleted, compacted, or another cluster");
    }
    ImageEvent event;
    try {
      event =
          events.deserialize(record.get().topic(), record.get().headers(), record.get().value());
    } catch (SerializationException e) {
      if (RegistryFailures.isOutage(e)) {
        throw Clients.refused(config, e);
      }
      return gone(at, origin, "holds a record that is no image event");
    }
    if (event == null || !event.getId().equals(verdict.getId())) {
      return gone(
          at,
          origin,
          "holds "
              + (event == null ? "no value" : "event " + SafeText.cut(event.getId(), 60))
              + "; was the topic made anew?");
    }
    Found bytes = bytes(event);
    return bytes instanceof Bytes found
        ? checked(found.encoded(), verdict.getImage().getSha256())
        : bytes;
  }

  /**
   * The event of a verdict, if it still stands where it was read.
   *
   * @throws RefusedException if cluster or registry do not answer
   */
  Optional<ImageEvent> event(LabelledImage verdict) {
    SourceCoordinates origin = verdict.getOrigin();
    TopicPartition at = new TopicPartition(origin.getTopic(), origin.getPartition());
    try {
      return records
          .at(at, origin.getOffset())
          .map(record -> events.deserialize(record.topic(), record.headers(), record.value()))
          .filter(event -> event.getId().equals(verdict.getId()));
    } catch (SerializationException e) {
      if (RegistryFailures.isOutage(e)) {
        throw Clients.refused(config, e);
      }
      return Optional.empty();
    }
  }

  /** Bytes from elsewhere, if they are those that were judged. */
  static Found checked(ByteBuffer encoded, String sha256) {
    String seen = sha256(encoded);
    return seen.equals(sha256)
        ? new Bytes(encoded)
        : new Missing(
            Obstacle.IMAGE_DIFFERS,
            "the image found has SHA-256 %s, but %s was judged".formatted(seen, sha256));
  }

  private Found bytes(ImageEvent event) {
    if (event.getContent() instanceof InlineImage inline) {
      return new Bytes(inline.getData().duplicate());
    }
    String uri = ((ImageReference) event.getContent()).getUri();
    Fetched fetched = Fetches.finish(references.start(uri, uri.hashCode()));
    if (fetched instanceof Fetched.Content content) {
      return new Bytes(content.bytes());
    }
    Fetched.Refused refused = (Fetched.Refused) fetched;
    return new Missing(
        Obstacle.IMAGE_GONE,
        "the event's reference does not lead to an image: " + refused.message());
  }

  private static Missing gone(TopicPartition at, SourceCoordinates origin, String what) {
    return new Missing(
        Obstacle.IMAGE_GONE, "%s offset %d %s".formatted(at, origin.getOffset(), what));
  }

  private static String sha256(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.duplicate());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() {
    records.close();
    events.close();
    references.close();
  }
}
