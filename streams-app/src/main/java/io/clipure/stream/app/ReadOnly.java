package io.clipure.stream.app;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** Settings of consumers that look into topics and leave no trace. */
final class ReadOnly {
  private ReadOnly() {}

  /**
   * Committed records only, in no group, committing nothing, making no topic; every call ends.
   *
   * @param reset what to do without a position: {@code auto.offset.reset}
   * @param pollRecords records handed over at a time; whole images may come, and 500 of them would
   *     be gigabytes
   */
  static Map<String, Object> settings(String reset, int pollRecords) {
    return DeadLetterTopic.bounded(
        new HashMap<>(
            Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                reset,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                pollRecords)));
  }
}
