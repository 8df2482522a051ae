package io.clipure.stream.app;

import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.range.PartitionRange;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.topology.SourceScope;
import io.clipure.stream.topology.TopologySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance's share of an audit: a Kafka Streams client that is a member of the plan's group.
 *
 * <p><b>Threading</b>: thread-safe; {@link #stop} may be called more than once.
 */
final class AuditWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditWorker.class);

  private final AppConfig config;
  private final Path stateDir;
  private final Optional<InferencePipeline> pipeline;
  private final StreamsClient client;
  private final AtomicReference<String> lastWords = new AtomicReference<>();
  private final AtomicReference<Runnable> onFailure = new AtomicReference<>(() -> {});
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * Creates the worker; {@link #start} starts it.
   *
   * @param config with the outputs as its topics
   * @param pipeline owned from now on; empty: the graph needs none
   * @param extra keys of Kafka Streams that are for this kind of work; the user's own keys win
   */
  AuditWorker(
      AppConfig config,
      AuditPlan plan,
      TopologySettings settings,
      Topology graph,
      int threads,
      Optional<InferencePipeline> pipeline,
      Map<String, String> extra) {
    this.config = config;
    this.pipeline = pipeline;
    this.stateDir = temporary();
    Properties properties =
        Settings.auditStreams(config, plan.applicationId(), threads, stateDir, extra)
            .toProperties(settings, Settings.batching(config));
    TopicLimits.fetch(config).writeTo(properties);
    properties.put(SourceScope.CONFIG, scope(plan.source()));
    Duration first = Duration.ofSeconds(1);
    Duration longest = Duration.ofMinutes(1);
    Duration giveUp = config.stream().giveUpAfter();
    StreamThreadFailures failures =
        pipeline
            .map(works -> new StreamThreadFailures(works, first, longest, giveUp))
            .orElseGet(() -> StreamThreadFailures.withoutPipeline(first, longest, giveUp));
    this.client =
        new StreamsClient(
            plan.kind().key(),
            new KafkaStreams(graph, properties, new RangeClients(plan.source())),
            failures,
            this::died);
  }

  private static SourceScope scope(TopicRange source) {
    Map<Integer, PartitionRange> ranges = new HashMap<>();
    source.partitions().forEach(range -> ranges.put(range.partition(), range));
    return (topic, partition, offset) -> {
      PartitionRange range = ranges.get(partition);
      return range != null && range.contains(offset);
    };
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("clipure-audit-");
    } catch (IOException e) {
      throw new RefusedException("no temporary folder can be made: " + e.getMessage(), e);
    }
  }

  /** Joins the group. */
  void start() {
    client.start(() -> {});
  }

  private void died(String why) {
    lastWords.compareAndSet(null, config.redact(why));
    onFailure.get().run();
  }

  /** Runs {@code action} if the client ends by itself, at once if it already has. */
  void onFailure(Runnable action) {
    onFailure.set(action);
    if (lastWords().isPresent()) {
      action.run();
    }
  }

  /** Why it failed; empty while it has not. */
  Optional<String> lastWords() {
    return Optional.ofNullable(lastWords.get());
  }

  /**
   * Drains, commits, leaves the group.
   *
   * @return whether that was done within {@code stream.stop-timeout}
   */
  boolean stop() {
    if (!stopped.compareAndSet(false, true)) {
      return true;
    }
    client.beginClose();
    boolean drained = client.awaitClosed(config.stream().stopTimeout());
    pipeline.ifPresent(InferencePipeline::close);
    try {
      Utils.delete(stateDir.toFile());
    } catch (IOException e) {
      LOG.warn("{} could not be deleted; delete it by hand", stateDir, e);
    }
    return drained;
  }

  @Override
  public void close() {
    stop();
  }
}
