package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the dead-letter topic and its neighbours as they were when the reading began: committed
 * records only, in no consumer group, leaving no trace. Every wait has an end.
 *
 * <p><b>Threading</b>: one thread.
 */
final class DeadLetterTopic implements AutoCloseable {
  /** A cluster that says nothing for this long is taken for unreachable. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration POLL = Duration.ofMillis(200);

  private final AppConfig config;
  private final String name;
  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicDescription description;

  private DeadLetterTopic(
      AppConfig config,
      Admin admin,
      KafkaConsumer<byte[], byte[]> consumer,
      TopicDescription description) {
    this.config = config;
    this.name = description.name();
    this.admin = admin;
    this.consumer = consumer;
    this.description = description;
  }

  /**
   * Connects.
   *
   * @throws RefusedException if the cluster does not answer or has no such topic
   */
  static DeadLetterTopic open(AppConfig config) {
    Map<String, Object> client = bounded(Clients.consumerConfig(config));
    client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // Whole images: a poll of 500 would hold gigabytes.
    client.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 16);
    Admin admin = Clients.make(config, () -> Admin.create(bounded(Clients.adminConfig(config))));
    KafkaConsumer<byte[], byte[]> consumer =
        Clients.make(
            config,
            () ->
                new KafkaConsumer<>(
                    client, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    try {
      TopicDescription description =
          describe(config, admin, config.topics().deadLetter())
              .orElseThrow(
                  () ->
                      new RefusedException(
                          "there is no topic "
                              + config.topics().deadLetter()
                              + " on "
                              + servers(config)
                              + "; check topics.images-dead-letter"));
      return new DeadLetterTopic(config, admin, consumer, description);
    } catch (RuntimeException e) {
      consumer.close();
      admin.close();
      throw e;
    }
  }

  /** Client configuration whose calls end after {@link #PATIENCE}. */
  static Map<String, Object> bounded(Map<String, Object> client) {
    int patience = (int) PATIENCE.toMillis();
    client.putIfAbsent(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, patience);
    client.putIfAbsent(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, patience / 2);
    return client;
  }

  String name() {
    return name;
  }

  /** Differs between a topic and another one that is later made under its name. */
  String id() {
    return description.topicId().toString();
  }

  Admin admin() {
    return admin;
  }

  short replication() {
    return (short) description.partitions().get(0).replicas().size();
  }

  /** Describes a topic; empty if there is none of that name. */
  Optional<TopicDescription> describe(String topic) {
    return describe(config, admin, topic);
  }

  /** Hands over every dead letter, partition after partition, that failed at {@code since} on. */
  void each(Optional<Instant> since, Consumer<DeadLetter> sink) {
    each(name, since, record -> sink.accept(new DeadLetter(record)));
  }

  /** Hands over every record of a topic, partition after partition, up to its present end. */
  void each(String topic, Optional<Instant> since, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    int partitions = describe(topic).map(found -> found.partitions().size()).orElse(0);
    for (int partition = 0; partition < partitions; partition++) {
      TopicPartition at = new TopicPartition(topic, partition);
      consumer.assign(List.of(at));
      long end = end(at);
      seek(at, since, end);
      read(
          at,
          end,
          record -> {
            sink.accept(record);
            return true;
          });
    }
  }

  /**
   * The dead letter at a position.
   *
   * @throws RefusedException if there is none
   */
  DeadLetter at(Position position) {
    TopicPartition at = position.in(name);
    if (position.partition() >= description.partitions().size()) {
      throw new RefusedException(
          "there is no dead letter at "
              + position
              + ": "
              + name
              + " has "
              + description.partitions().size()
              + " partitions; see dead-letters list");
    }
    return record(at, position.offset())
        .map(DeadLetter::new)
        .orElseThrow(() -> new RefusedException(noneAt(at, position)));
  }

  private String noneAt(TopicPartition at, Position position) {
    long beginning = beginning(at);
    long end = end(at);
    return "there is no dead letter at "
        + position
        + ": "
        + at
        + (beginning == end ? " is empty" : " has offsets " + beginning + " to " + (end - 1))
        + "; see dead-letters list";
  }

  /** The committed record at exactly this offset; empty if it is not or no longer there. */
  Optional<ConsumerRecord<byte[], byte[]>> record(TopicPartition at, long offset) {
    consumer.assign(List.of(at));
    long end = end(at);
    if (offset >= end || offset < beginning(at)) {
      return Optional.empty();
    }
    consumer.seek(at, offset);
    Found found = new Found(offset);
    read(at, end, found);
    return Optional.ofNullable(found.record);
  }

  /** Takes the first record that comes, if it is the one. */
  private static final class Found implements Predicate<ConsumerRecord<byte[], byte[]>> {
    private final long offset;
    private ConsumerRecord<byte[], byte[]> record;

    Found(long offset) {
      this.offset = offset;
    }

    @Override
    public boolean test(ConsumerRecord<byte[], byte[]> one) {
      record = one.offset() == offset ? one : null;
      return false;
    }
  }

  private void seek(TopicPartition at, Optional<Instant> since, long end) {
    consumer.seekToBeginning(List.of(at));
    // A letter's timestamp is when it failed, or later where the broker sets it.
    since.ifPresent(
        time -> {
          OffsetAndTimestamp first =
              answer(() -> consumer.offsetsForTimes(Map.of(at, time.toEpochMilli()))).get(at);
          consumer.seek(at, first == null ? end : first.offset());
        });
  }

  /** Reads on until {@code end} or until the sink has enough. */
  private void read(
      TopicPartition at, long end, Predicate<ConsumerRecord<byte[], byte[]>> sinkWantsMore) {
    long progress = System.nanoTime();
    long position = answer(() -> consumer.position(at));
    while (position < end) {
      for (ConsumerRecord<byte[], byte[]> record : answer(() -> consumer.poll(POLL))) {
        if (record.offset() >= end || !sinkWantsMore.test(record)) {
          return;
        }
      }
      long now = answer(() -> consumer.position(at));
      if (now > position) {
        position = now;
        progress = System.nanoTime();
      } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
        throw silent(at + " gave nothing at offset " + position + " of " + end, null);
      }
    }
  }

  private long end(TopicPartition at) {
    return answer(() -> consumer.endOffsets(List.of(at))).get(at);
  }

  private long beginning(TopicPartition at) {
    return answer(() -> consumer.beginningOffsets(List.of(at))).get(at);
  }

  private <T> T answer(java.util.function.Supplier<T> call) {
    try {
      return call.get();
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      throw silent(e.getMessage(), e);
    } catch (KafkaException e) {
      throw Clients.refused(config, e);
    }
  }

  private RefusedException silent(String what, Exception cause) {
    return new RefusedException(
        "the cluster at "
            + servers(config)
            + " did not answer in "
            + PATIENCE.toSeconds()
            + " s: "
            + what
            + "; check the address and the kafka.* security settings",
        cause);
  }

  private static Optional<TopicDescription> describe(AppConfig config, Admin admin, String topic) {
    try {
      return Optional.of(
          await(config, admin.describeTopics(List.of(topic)).topicNameValues().get(topic)));
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  /** Waits, but not for ever. */
  static <T> T await(AppConfig config, KafkaFuture<T> answer) {
    try {
      return answer.get(PATIENCE.plusSeconds(5).toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted", e);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
        throw unknown;
      }
      throw Clients.refused(config, e.getCause() == null ? e : e.getCause());
    }
  }

  private static String servers(AppConfig config) {
    return "kafka.bootstrap.servers=" + config.stream().bootstrapServers().orElse("");
  }

  @Override
  public void close() {
    consumer.close();
    admin.close();
  }
}
