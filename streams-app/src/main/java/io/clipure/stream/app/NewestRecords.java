package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The newest records of a topic, as it was when the reading began: committed ones only, in no
 * consumer group, committing nothing.
 */
final class NewestRecords {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  private NewestRecords() {}

  /**
   * Hands over records, the same number of each partition as far as it has them, until there are no
   * more or the sink has had enough.
   *
   * @param most how many at most
   * @param sink answers whether it takes more
   * @throws RefusedException if the cluster does not answer or has no such topic
   */
  static void each(
      AppConfig config, String topic, int most, Predicate<ConsumerRecord<byte[], byte[]>> sink) {
    try (Consumer<byte[], byte[]> consumer =
        Clients.consumer(
            config,
            ReadOnly.settings("earliest", 16),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<PartitionInfo> partitions = consumer.partitionsFor(topic);
      if (partitions == null || partitions.isEmpty()) {
        throw new RefusedException(
            "there is no topic "
                + topic
                + " on "
                + config.stream().bootstrapServers().orElse("")
                + "; check its name");
      }
      List<TopicPartition> all =
          partitions.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
      Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      Map<TopicPartition, Long> lengths = new HashMap<>();
      all.forEach(at -> lengths.put(at, ends.get(at) - beginnings.get(at)));
      Map<TopicPartition, Long> shares = shares(lengths, most);
      for (TopicPartition at : all) {
        if (!read(consumer, at, ends.get(at) - shares.get(at), ends.get(at), sink)) {
          return;
        }
      }
    } catch (KafkaException e) {
      throw Clients.refused(config, e);
    }
  }

  /**
   * Equal shares, but what a short partition does not have goes to the longer ones. Offsets may
   * have gaps, so a share is an upper bound of records.
   */
  static <P> Map<P, Long> shares(Map<P, Long> lengths, long most) {
    Map<P, Long> shares = new HashMap<>();
    long left = most;
    int waiting = lengths.size();
    for (Map.Entry<P, Long> one :
        lengths.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList()) {
      long equal = (left + waiting - 1) / waiting;
      long share = Math.min(one.getValue(), equal);
      shares.put(one.getKey(), share);
      left -= share;
      waiting--;
    }
    return shares;
  }

  private static boolean read(
      Consumer<byte[], byte[]> consumer,
      TopicPartition at,
      long from,
      long end,
      Predicate<ConsumerRecord<byte[], byte[]>> sink) {
    consumer.assign(List.of(at));
    consumer.seek(at, from);
    long heard = System.nanoTime();
    while (consumer.position(at) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end && !sink.test(record)) {
          return false;
        }
        heard = System.nanoTime();
      }
      if (System.nanoTime() - heard > PATIENCE.toNanos()) {
        throw new RefusedException(
            "%s said nothing for %d s at offset %d of %d; check the cluster"
                .formatted(at, PATIENCE.toSeconds(), consumer.position(at), end));
      }
    }
    return true;
  }
}
