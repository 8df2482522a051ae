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
        STORE_EMBEDDING);
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
        values.passThrough(
            key -> key.startsWith(PassThrough.KAFKA),
            key -> key.substring(PassThrough.KAFKA.length())));
  }
}
