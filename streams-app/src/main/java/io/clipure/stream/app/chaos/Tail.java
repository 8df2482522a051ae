package io.clipure.stream.app.chaos;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics from their beginning, on and on, and hands every record over.
 *
 * <p><b>Threading</b>: a thread of its own polls and calls the sink; the rest from any thread.
 */
final class Tail implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Consumer<ConsumerRecord<byte[], byte[]>> sink;
  private final Thread thread;
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private volatile Map<TopicPartition, Long> positions = Map.of();
  private volatile boolean closed;

  /**
   * Starts reading.
   *
   * @param isolation {@code read_committed} or {@code read_uncommitted}
   * @param sink called on the reading thread
   */
  Tail(
      String bootstrapServers,
      String isolation,
      Collection<TopicPartition> partitions,
      Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    this.sink = sink;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                50,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    this.thread = new Thread(() -> read(List.copyOf(partitions)), "tail-" + isolation);
    thread.setDaemon(true);
    thread.start();
  }

  /** Offsets read up to, exclusive; records of aborted transactions count as read. */
  Map<TopicPartition, Long> positions() {
    RuntimeException seen = failure.get();
    if (seen != null) {
      throw new IllegalStateException("the harness could not read results", seen);
    }
    return positions;
  }

  private void read(List<TopicPartition> partitions) {
    try (consumer) {
      while (!closed) {
        consumer.poll(POLL).forEach(sink);
        Map<TopicPartition, Long> now = new HashMap<>();
        partitions.forEach(partition -> now.put(partition, consumer.position(partition)));
        positions = now;
      }
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(30).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
