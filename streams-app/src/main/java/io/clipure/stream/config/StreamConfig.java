package io.clipure.stream.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Kafka Streams.
 *
 * @param bootstrapServers required by commands that need a cluster
 * @param stateDir empty: Kafka Streams' own default
 * @param stopTimeout longest drain when told to stop
 * @param giveUpAfter longest row of failing stream threads
 * @param liveDeadline age from which a live event is not worth encoding; empty: never
 * @param backfillThreads stream threads of the back-fill topic
 * @param client every other {@code kafka.*} key, without that prefix
 */
public record StreamConfig(
    String applicationId,
    Optional<String> bootstrapServers,
    ProcessingGuarantee processingGuarantee,
    int threads,
    Duration commitInterval,
    GroupProtocol groupProtocol,
    Optional<Path> stateDir,
    boolean storeEmbedding,
    Duration stopTimeout,
    Duration giveUpAfter,
    Optional<Duration> liveDeadline,
    int backfillThreads,
    ClientProperties client) {

  /** Names as in Kafka's {@code processing.guarantee}. */
  public enum ProcessingGuarantee {
    AT_LEAST_ONCE,
    EXACTLY_ONCE_V2
  }

  /** Names as in Kafka's {@code group.protocol}. */
  public enum GroupProtocol {
    CLASSIC,
    STREAMS
  }

  static final Setting<String> BOOTSTRAP_SERVERS =
      Setting.optional(
          "kafka.bootstrap.servers",
          ValueType.text("a list of brokers", "host:port, separated by commas", "\\S+:\\d+.*"),
          "required by run",
          "Brokers of the cluster.");
  static final Setting<String> APPLICATION_ID =
      Setting.of(
          "stream.application-id",
          ValueType.text("an id", "letters, digits, . _ -", "[A-Za-z0-9._-]+"),
          "clipure-stream",
          "Consumer group, and prefix of internal topics; the same in all instances.");
  static final Setting<ProcessingGuarantee> PROCESSING_GUARANTEE =
      Setting.of(
          "stream.processing-guarantee",
          ValueType.choice(ProcessingGuarantee.class),
          ProcessingGuarantee.AT_LEAST_ONCE,
          "Whether a crash may double results (never lose them), or not even that.");
  static final Setting<Integer> THREADS =
      Setting.of("stream.threads", ValueType.integer(1, 256), 2, "Stream threads.");
  static final Setting<Duration> COMMIT_INTERVAL =
      Setting.of(
          "stream.commit-interval",
          ValueType.duration(Duration.ofMillis(10), Duration.ofMinutes(5)),
          Duration.ofSeconds(1),
          "Time between commits; short ones leave batches part-filled.");
  static final Setting<GroupProtocol> GROUP_PROTOCOL =
      Setting.of(
          "stream.group-protocol",
          ValueType.choice(GroupProtocol.class),
          GroupProtocol.CLASSIC,
          "Rebalance protocol; streams (KIP-1071) needs brokers from 4.2 on.");
  static final Setting<Path> STATE_DIR =
      Setting.optional(
          "stream.state-dir",
          ValueType.path(),
          "a temporary one",
          "Directory of local state; a copy of the label sets, rebuilt when lost.");
  static final Setting<Boolean> STORE_EMBEDDING =
      Setting.of(
          "stream.store-embedding",
          ValueType.bool(),
          true,
          "Put the embedding into each result (half precision), so that audits can score again"
              + " without pixels.");

  static final Setting<Duration> STOP_TIMEOUT =
      Setting.of(
          "stream.stop-timeout",
          ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(30)),
          Duration.ofSeconds(20),
          "How long SIGTERM may take to drain and commit; after it the process ends with code 75"
              + " and the rest is read again. Keep the orchestrator's grace period 10 s longer.");
  static final Setting<Duration> GIVE_UP_AFTER =
      Setting.of(
          "stream.give-up-after",
          ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
          Duration.ofMinutes(10),
          "How long stream threads may keep failing and being replaced before the process ends"
              + " with code 70.");
  static final Setting<Duration> LIVE_DEADLINE =
      Setting.optional(
          "stream.live-deadline",
          ValueType.duration(Duration.ofMillis(1), Duration.ofDays(7)),
          "none",
          "Age (since uploadedAt, else the record's timestamp) from which an event of topics.images"
              + " that is not encoded yet is dead-lettered as DEADLINE_EXPIRED.");
  static final Setting<Integer> BACKFILL_THREADS =
      Setting.of(
          "stream.backfill-threads",
          ValueType.integer(1, 256),
          2,
          "Stream threads of topics.images-backfill, where one is configured.");

  /**
   * Checks bounds.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public StreamConfig {
    bootstrapServers.ifPresent(BOOTSTRAP_SERVERS::check);
    APPLICATION_ID.check(applicationId);
    THREADS.check(threads);
    COMMIT_INTERVAL.check(commitInterval);
    STOP_TIMEOUT.check(stopTimeout);
    GIVE_UP_AFTER.check(giveUpAfter);
    liveDeadline.ifPresent(LIVE_DEADLINE::check);
    BACKFILL_THREADS.check(backfillThreads);
  }

  /** Whether {@code exactly_once_v2} is chosen. */
  public boolean exactlyOnce() {
    return processingGuarantee == ProcessingGuarantee.EXACTLY_ONCE_V2;
  }

  static List<Setting<?>> settings() {
    return List.of(
        BOOTSTRAP_SERVERS,
        APPLICATION_ID,
        PROCESSING_GUARANTEE,
        THREADS,
        COMMIT_INTERVAL,
        GROUP_PROTOCOL,
        STATE_DIR,
        STORE_EMBEDDING,
        STOP_TIMEOUT,
        GIVE_UP_AFTER,
        LIVE_DEADLINE,
        BACKFILL_THREADS);
  }

  static StreamConfig from(Values values) {
    return new StreamConfig(
        values.get(APPLICATION_ID),
        values.find(BOOTSTRAP_SERVERS),
        values.get(PROCESSING_GUARANTEE),
        values.get(THREADS),
        values.get(COMMIT_INTERVAL),
        values.get(GROUP_PROTOCOL),
        values.find(STATE_DIR),
        values.get(STORE_EMBEDDING),
        values.get(STOP_TIMEOUT),
        values.get(GIVE_UP_AFTER),
        values.find(LIVE_DEADLINE),
        values.get(BACKFILL_THREADS),
        values.passThrough(
            key -> key.startsWith(PassThrough.KAFKA),
            key -> key.substring(PassThrough.KAFKA.length())));
  }
}
