package io.clipure.stream.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps our waits inside Kafka's: a drain that outlives the transaction aborts it, and one that
 * outlives the poll interval loses the partitions, over and over.
 */
final class Timeouts {
  private static final String TRANSACTION = "transaction.timeout.ms";

  private static final String MAX_POLL = "max.poll.interval.ms";
  private static final long MAX_POLL_DEFAULT = 300_000;
  private static final long SLACK_MILLIS = 10_000;

  private Timeouts() {}

  /** The transaction timeout used unless one is set: the longest wait and ten seconds. */
  static Duration transaction(StreamConfig stream, BatchingConfig batching) {
    return Duration.ofMillis(waitMillis(stream, batching) + SLACK_MILLIS);
  }

  static List<String> problems(StreamConfig stream, BatchingConfig batching) {
    List<String> problems = new ArrayList<>();
    long wait = waitMillis(stream, batching);
    if (stream.exactlyOnce()) {
      millis(stream, TRANSACTION, "producer.")
          .ifPresent(
              set -> {
                if (!exceeds(set.getValue(), wait)) {
                  problems.add(
                      ("kafka.%s: \"%s\" is too short; expected more than %d ms, which is twice"
                              + " %s plus %s, or leave it unset")
                          .formatted(
                              set.getKey(),
                              set.getValue(),
                              wait,
                              BatchingConfig.DRAIN_DEADLINE.key(),
                              StreamConfig.COMMIT_INTERVAL.key()));
                }
              });
    }
    Map.Entry<String, String> poll = maxPollEntry(stream);
    // A stream thread may wait for room and then for the commit barrier within one poll.
    if (!exceeds(poll.getValue(), wait)) {
      problems.add(
          ("%s: %s is too long for kafka.%s of \"%s\" ms; expected twice it plus %s to be less, or"
                  + " raise the latter")
              .formatted(
                  BatchingConfig.DRAIN_DEADLINE.key(),
                  DurationText.format(batching.drainDeadline()),
                  poll.getKey(),
                  poll.getValue(),
                  StreamConfig.COMMIT_INTERVAL.key()));
    }
    return problems;
  }

  /** The poll interval in force; call it only once {@link #problems} found none. */
  static Duration maxPoll(StreamConfig stream) {
    return Duration.ofMillis(Long.parseLong(maxPollEntry(stream).getValue()));
  }

  private static Map.Entry<String, String> maxPollEntry(StreamConfig stream) {
    return millis(stream, MAX_POLL, "consumer.", "main.consumer.")
        .orElse(Map.entry(MAX_POLL, Long.toString(MAX_POLL_DEFAULT)));
  }

  private static long waitMillis(StreamConfig stream, BatchingConfig batching) {
    return 2 * batching.drainDeadline().toMillis() + stream.commitInterval().toMillis();
  }

  private static boolean exceeds(String text, long millis) {
    return text.matches("\\d{1,18}") && Long.parseLong(text) > millis;
  }

  /** The key in its plain or prefixed form; the prefixed one wins, as in Kafka Streams. */
  private static Optional<Map.Entry<String, String>> millis(
      StreamConfig stream, String key, String... prefixes) {
    Map<String, String> client = stream.client().values();
    Optional<Map.Entry<String, String>> found =
        Optional.ofNullable(client.get(key)).map(value -> Map.entry(key, value));
    for (String prefix : prefixes) {
      String name = prefix + key;
      if (client.containsKey(name)) {
        found = Optional.of(Map.entry(name, client.get(name)));
      }
    }
    return found;
  }
}
