package io.clipure.stream.audit.range;

import io.clipure.stream.audit.AuditException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a range to its end, committed records only, in the order of each partition, and counts the
 * offsets that gave no record. Holds one poll's records, whatever the range's size.
 *
 * <p><b>Threading</b>: not thread-safe, as the consumer is; it does not own the consumer, but
 * assigns, seeks and pauses it.
 */
public final class RangeReader {
  /** What polls may take together without any partition moving. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicRange range;
  private final Map<TopicPartition, Place> places = new HashMap<>();
  private long idleNanos;

  /** How far one partition is. */
  private static final class Place {
    private final PartitionRange range;
    private long next;
    private long missing;

    Place(PartitionRange range) {
      this.range = range;
      this.next = range.start();
    }

    boolean finished() {
      return next >= range.end();
    }

    /** Everything before {@code offset} that was not read gives no record any more. */
    void skipTo(long offset) {
      long to = Math.min(offset, range.end());
      if (to > next) {
        missing += to - next;
        next = to;
      }
    }
  }

  /**
   * Settings the consumer must be made with: committed records only, no group, no reset behind the
   * reader's back.
   */
  public static Map<String, Object> consumerSettings() {
    return Map.of(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
  }

  /**
   * Starts reading at the range's start.
   *
   * @param consumer made with {@link #consumerSettings}; taken over until the range is read
   * @param range what to read
   */
  public RangeReader(Consumer<byte[], byte[]> consumer, TopicRange range) {
    this.consumer = consumer;
    this.range = range;
    range
        .partitions()
        .forEach(
            part ->
                places.put(new TopicPartition(range.topic(), part.partition()), new Place(part)));
    consumer.assign(places.keySet());
    // A partition that an earlier reader of this consumer finished with is still paused.
    consumer.resume(places.keySet());
    places.forEach((at, place) -> consumer.seek(at, place.range.start()));
    pauseFinished();
  }

  /**
   * The next records.
   *
   * @param timeout how long to wait for some
   * @return what came in time, maybe nothing
   * @throws AuditException if no partition moves any more, for example because the topic was
   *     deleted
   */
  public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
    if (finished()) {
      return List.of();
    }
    long began = System.nanoTime();
    long before = done();
    List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : read(timeout)) {
      Place place = places.get(new TopicPartition(record.topic(), record.partition()));
      place.skipTo(record.offset());
      if (place.range.contains(record.offset()) && record.offset() == place.next) {
        place.next++;
        taken.add(record);
      }
    }
    // Markers and compacted offsets are passed without a record.
    places.forEach(
        (at, place) -> {
          if (!place.finished()) {
            place.skipTo(consumer.position(at));
          }
        });
    pauseFinished();
    idleNanos = done() > before ? 0 : idleNanos + System.nanoTime() - began;
    if (idleNanos > PATIENCE.toNanos()) {
      throw stalled();
    }
    return taken;
  }

  private ConsumerRecords<byte[], byte[]> read(Duration timeout) {
    try {
      return consumer.poll(timeout);
    } catch (OffsetOutOfRangeException e) {
      // Retention was faster: what it took is missing inside, and is counted at the next poll.
      Map<TopicPartition, Long> beginnings =
          consumer.beginningOffsets(e.offsetOutOfRangePartitions().keySet());
      beginnings.forEach(
          (at, beginning) -> {
            Place place = places.get(at);
            place.skipTo(beginning);
            consumer.seek(at, Math.max(place.next, beginning));
          });
      return ConsumerRecords.empty();
    }
  }

  private void pauseFinished() {
    consumer.pause(
        places.entrySet().stream()
            .filter(entry -> entry.getValue().finished())
            .map(Map.Entry::getKey)
            .toList());
  }

  private AuditException stalled() {
    String where =
        places.entrySet().stream()
            .filter(entry -> !entry.getValue().finished())
            .map(entry -> entry.getKey().partition() + " at offset " + entry.getValue().next)
            .sorted()
            .findFirst()
            .orElse("");
    return new AuditException(
        "topic %s gave nothing in %d s (partition %s); is it there, and are its partitions led?"
            .formatted(range.topic(), PATIENCE.toSeconds(), where));
  }

  private long done() {
    return places.values().stream().mapToLong(place -> place.next - place.range.start()).sum();
  }

  /** Whether every partition is read to its end. */
  public boolean finished() {
    return places.values().stream().allMatch(Place::finished);
  }

  /** The share of the range's offsets that is behind the reader, 0 to 1. */
  public double progress() {
    return range.offsets() == 0 ? 1 : (double) done() / range.offsets();
  }

  /** Offsets without a record so far, by partition. */
  public Map<Integer, Gaps> gaps() {
    Map<Integer, Gaps> gaps = new TreeMap<>();
    places.forEach(
        (at, place) ->
            gaps.put(at.partition(), new Gaps(place.range.deletedBeforeStart(), place.missing)));
    return gaps;
  }
}
