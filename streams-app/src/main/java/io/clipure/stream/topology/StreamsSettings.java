package io.clipure.stream.topology;

import io.clipure.stream.batching.BatchingSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Settings of Kafka Streams that this service has an opinion on, and any other as an override.
 *
 * @param applicationId {@code application.id}: consumer group and prefix of transactional ids
 * @param bootstrapServers {@code bootstrap.servers}
 * @param guarantee {@code processing.guarantee}
 * @param streamThreads {@code num.stream.threads}; with one, a commit leaves the devices idle
 * @param commitInterval {@code commit.interval.ms}; each commit drains the pipeline, so short ones
 *     cost batch fill
 * @param transactionTimeout {@code transaction.timeout.ms}; more than commit interval plus twice
 *     the drain deadline; also how long readers may wait for a killed instance's transaction
 * @param maxPollInterval {@code max.poll.interval.ms}
 * @param maxRecordBytes largest record read and written: {@code max.request.size}
 * @param compression {@code compression.type} of the results
 * @param groupProtocol {@code group.protocol}: classic or streams (KIP-1071)
 * @param partitionFetchBytes {@code max.partition.fetch.bytes}. A partition holds at most three
 *     portions of this size, or of one record where that is larger: one fetched, one polled, and
 *     the record being processed
 * @param stateDir {@code state.dir}; holds no results, only Kafka Streams' own process id
 * @param overrides any further Kafka Streams, consumer or producer keys; they win over all others
 */
public record StreamsSettings(
    String applicationId,
    String bootstrapServers,
    ProcessingGuarantee guarantee,
    int streamThreads,
    Duration commitInterval,
    Duration transactionTimeout,
    Duration maxPollInterval,
    int maxRecordBytes,
    String compression,
    String groupProtocol,
    int partitionFetchBytes,
    Path stateDir,
    Map<String, String> overrides) {
  private static final int PARTITION_FETCH_BYTES = 1 << 20;
  private static final int FETCH_BYTES = 16 << 20;
  private static final int POLL_RECORDS = 128;

  /**
   * Kafka Streams counts records here, and ours are of any size: with more than one, a partition of
   * large images would hold as many of them. The pipeline's own window keeps the devices busy.
   */
  private static final int BUFFERED_RECORDS = 1;

  private static final int POLL_MILLIS = 5;

  /** Until the broker has noticed that a transaction timed out: it looks every ten seconds. */
  private static final Duration ABORT_SLACK = Duration.ofSeconds(15);

  /** Settings as recommended, at least once. */
  public static StreamsSettings defaults(
      String applicationId, String bootstrapServers, Path stateDir) {
    return new StreamsSettings(
        applicationId,
        bootstrapServers,
        ProcessingGuarantee.AT_LEAST_ONCE,
        2,
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofMinutes(5),
        64 << 20,
        "zstd",
        "classic",
        PARTITION_FETCH_BYTES,
        stateDir,
        Map.of());
  }

  /** The same under another guarantee. */
  public StreamsSettings with(ProcessingGuarantee other) {
    return new StreamsSettings(
        applicationId,
        bootstrapServers,
        other,
        streamThreads,
        commitInterval,
        transactionTimeout,
        maxPollInterval,
        maxRecordBytes,
        compression,
        groupProtocol,
        partitionFetchBytes,
        stateDir,
        overrides);
  }

  /** The same with other overrides. */
  public StreamsSettings with(Map<String, String> otherOverrides) {
    return new StreamsSettings(
        applicationId,
        bootstrapServers,
        guarantee,
        streamThreads,
        commitInterval,
        transactionTimeout,
        maxPollInterval,
        maxRecordBytes,
        compression,
        groupProtocol,
        partitionFetchBytes,
        stateDir,
        otherOverrides);
  }

  /**
   * The configuration of {@code KafkaStreams}.
   *
   * @param topology the topology's settings: the dead-letter handlers need topic and version
   * @param batching the pipeline's settings, for the consistency of the time limits
   * @throws IllegalArgumentException if the time limits contradict each other
   */
  public Properties toProperties(TopologySettings topology, BatchingSettings batching) {
    checkTimes(batching.drainDeadline());
    Properties properties = new Properties();
    put(properties, StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    put(properties, StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    put(properties, StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee.id());
    put(properties, StreamsConfig.NUM_STREAM_THREADS_CONFIG, streamThreads);
    put(properties, StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
    put(properties, StreamsConfig.POLL_MS_CONFIG, POLL_MILLIS);
    put(properties, StreamsConfig.STATE_DIR_CONFIG, stateDir);
    put(properties, StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    put(properties, StreamsConfig.GROUP_PROTOCOL_CONFIG, groupProtocol);
    put(properties, StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
    put(
        properties,
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        DeadLetterProcessingHandler.class.getName());
    put(
        properties,
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
        DeadLetterProductionHandler.class.getName());
    properties.put(Refusals.CONFIG, new Refusals());
    // The default of Kafka 5; without it, 4.3 warns at each start.
    put(properties, "processing.exception.handler.global.enabled", true);
    put(properties, DeadLetters.TOPIC_CONFIG, topology.topics().deadLetter());
    put(properties, DeadLetters.VERSION_CONFIG, topology.applicationVersion());
    // Also at least once: a requeue that was aborted must not be seen, it is sent again.
    putConsumer(properties, ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    putConsumer(properties, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
    putConsumer(properties, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, maxPollInterval.toMillis());
    putConsumer(properties, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, partitionFetchBytes);
    putConsumer(properties, ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    putProducer(properties, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes);
    putProducer(properties, ProducerConfig.BUFFER_MEMORY_CONFIG, maxRecordBytes);
    putProducer(properties, ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
    putProducer(
        properties, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, transactionTimeout.toMillis());
    if (guarantee == ProcessingGuarantee.EXACTLY_ONCE_V2) {
      putProducer(properties, ProducerConfig.MAX_BLOCK_MS_CONFIG, blockMillis());
    }
    overrides.forEach((key, value) -> put(properties, key, value));
    return properties;
  }

  /**
   * Longer than a transaction lasts. Kafka Streams 4.3.1 answers a commit that timed out by closing
   * its tasks, but first commits the transaction once more, now without their offsets
   * (TaskManager.handleCorruption): the results would stand and the events be read again. By this
   * time the broker has aborted the transaction, and that second commit is fenced.
   */
  private long blockMillis() {
    String set =
        overrides.getOrDefault(
            StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
            overrides.get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG));
    long transaction = set == null ? transactionTimeout.toMillis() : Long.parseLong(set);
    return transaction + ABORT_SLACK.toMillis();
  }

  private void checkTimes(Duration drainDeadline) {
    // A task may wait once for room and once in the commit, each up to the deadline.
    Duration longest = commitInterval.plus(drainDeadline.multipliedBy(2));
    if (guarantee == ProcessingGuarantee.EXACTLY_ONCE_V2
        && transactionTimeout.compareTo(longest) <= 0) {
      throw new IllegalArgumentException(
          "transaction-timeout is %s; it must be more than commit-interval (%s) plus twice drain-deadline (%s)"
              .formatted(transactionTimeout, commitInterval, drainDeadline));
    }
    if (maxPollInterval.compareTo(longest) <= 0) {
      throw new IllegalArgumentException(
          "max-poll-interval is %s; it must be more than commit-interval (%s) plus twice drain-deadline (%s)"
              .formatted(maxPollInterval, commitInterval, drainDeadline));
    }
  }

  private static void put(Properties properties, String key, Object value) {
    properties.setProperty(key, value.toString());
  }

  private static void putConsumer(Properties properties, String key, Object value) {
    put(properties, StreamsConfig.consumerPrefix(key), value);
  }

  private static void putProducer(Properties properties, String key, Object value) {
    put(properties, StreamsConfig.producerPrefix(key), value);
  }
}
