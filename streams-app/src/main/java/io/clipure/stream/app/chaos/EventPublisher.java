package io.clipure.stream.app.chaos;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Publishes a scenario's events; every send is awaited. Ids carry partition and sequence number and
 * are chosen so that Kafka's own partitioner puts the results of a partition into the same number.
 *
 * <p><b>Threading</b>: a thread of its own sends; the result is a future.
 */
final class EventPublisher {
  private final String topic;
  private final int partitions;
  private final Serializer<ImageEvent> values;
  private final Pictures pictures;
  private final ContentServer content;
  private final int[] sequences;
  private int references;

  EventPublisher(
      String topic,
      int partitions,
      Serializer<ImageEvent> values,
      Pictures pictures,
      ContentServer content) {
    this.topic = topic;
    this.partitions = partitions;
    this.values = values;
    this.pictures = pictures;
    this.content = content;
    this.sequences = new int[partitions];
  }

  private record Sending(Sent event, Future<RecordMetadata> acknowledged) {}

  /**
   * Starts publishing.
   *
   * @param kinds kind of an event by its number
   * @param progress says how many events may be sent by now, and when it is enough
   * @return the acknowledged events; fails if one send did
   */
  CompletableFuture<List<Sent>> start(
      String bootstrapServers, IntFunction<EventKind> kinds, long seed, Progress progress) {
    CompletableFuture<List<Sent>> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(publish(bootstrapServers, kinds, new Random(seed), progress));
              } catch (RuntimeException | ExecutionException | InterruptedException e) {
                result.completeExceptionally(e);
              }
            },
            "publisher");
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  private List<Sent> publish(
      String bootstrapServers, IntFunction<EventKind> kinds, Random random, Progress progress)
      throws ExecutionException, InterruptedException {
    List<Sending> sendings = new ArrayList<>();
    Map<String, Object> config =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.LINGER_MS_CONFIG,
            5);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; progress.mayPublish(i); i++) {
        sendings.add(send(producer, kinds.apply(i), random));
      }
      producer.flush();
    }
    List<Sent> sent = new ArrayList<>();
    for (Sending sending : sendings) {
      RecordMetadata metadata = sending.acknowledged().get();
      Sent event = sending.event();
      if (metadata.partition() != event.partition()) {
        throw new IllegalStateException(event.id() + " went to partition " + metadata.partition());
      }
      sent.add(
          new Sent(
              event.id(),
              event.kind(),
              event.partition(),
              event.sequence(),
              metadata.offset(),
              event.valueDigest(),
              event.imageDigest()));
    }
    return sent;
  }

  private Sending send(KafkaProducer<String, byte[]> producer, EventKind kind, Random random) {
    int partition = random.nextInt(partitions);
    int sequence = sequences[partition]++;
    String id = id(partition, sequence);
    byte[] image = null;
    byte[] value;
    switch (kind) {
      case NO_VALUE -> value = null;
      case NOT_AVRO -> value = ("no record, " + id).getBytes(StandardCharsets.UTF_8);
      case MISSING_DOWNLOAD, HUNG_DOWNLOAD ->
          value = values.serialize(topic, event(id, reference(kind, 0)));
      default -> {
        int picture = random.nextInt(1 << 20);
        image = pictures.of(kind, picture);
        Object held =
            kind.isReference() ? reference(kind, picture) : new InlineImage(ByteBuffer.wrap(image));
        value = values.serialize(topic, event(id, held));
      }
    }
    Sent event =
        new Sent(
            id,
            kind,
            partition,
            sequence,
            -1,
            Digests.of(value),
            image == null ? null : Digests.of(image));
    return new Sending(event, producer.send(new ProducerRecord<>(topic, id, value)));
  }

  private ImageReference reference(EventKind kind, int picture) {
    return new ImageReference(content.uri(kind, references++, picture));
  }

  private static ImageEvent event(String id, Object held) {
    return ImageEvent.newBuilder()
        .setId(id)
        .setContent(held)
        .setSource("chaos")
        .setUploadedAt(Instant.now())
        .build();
  }

  /** {@code p2/000017/a}: the last part makes the key's hash fall on the partition. */
  private String id(int partition, int sequence) {
    for (int salt = 0; ; salt++) {
      String id = String.format(Locale.ROOT, "p%d/%06d/%x", partition, sequence, salt);
      int hash = Utils.murmur2(id.getBytes(StandardCharsets.UTF_8));
      if (Utils.toPositive(hash) % partitions == partition) {
        return id;
      }
    }
  }
}
