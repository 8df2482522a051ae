package io.clipure.stream.app;

import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.BatchingStats;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.LabelSets;
import io.clipure.stream.topology.LabelSetHolder;
import io.clipure.stream.topology.ModerationDeps;
import io.clipure.stream.topology.ModerationTopology;
import io.clipure.stream.topology.StreamsSettings;
import io.clipure.stream.topology.TopologySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running service: engines, pipeline and the Streams graph, started and stopped together.
 *
 * <pre>
 *   start ──► running ──► close: drain, commit, leave the group, release the devices
 *                │
 *                └──► failed (an uncaught exception): the client shuts down, lastWords says why
 * </pre>
 *
 * <p><b>Threading</b>: thread-safe; {@link #close} may be called more than once.
 */
final class Service implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  private final Path stateDir;
  private final Engines engines;
  private final InferencePipeline pipeline;
  private final KafkaStreams streams;
  private final LabelSetHolder labelSets;
  private final Duration closeTimeout;
  private final AtomicReference<String> lastWords = new AtomicReference<>();
  private final AtomicReference<Runnable> onFailure = new AtomicReference<>(() -> {});
  private final AtomicBoolean closed = new AtomicBoolean();

  private Service(AppConfig config, Path stateDir, Engines engines, List<ImageEncoder> encoders) {
    this.stateDir = stateDir;
    this.engines = engines;
    BatchingSettings batching = Settings.batching(config);
    this.pipeline = new InferencePipeline(batching, encoders);
    this.labelSets = new LabelSetHolder(engines.judges(), engines.labelSet());
    this.closeTimeout = batching.drainDeadline().plus(Duration.ofSeconds(10));
    TopologySettings topology = Settings.topology(config, engines);
    ModerationDeps deps =
        new ModerationDeps(
            pipeline,
            engines.loader(),
            engines.info(),
            labelSets,
            Clients.serdes(config).imageEvent(),
            Clients.serdes(config).labelledImage(),
            Clients.serdes(config).labelSet(),
            LabelSets::verified,
            Clock.systemUTC());
    StreamsSettings settings = Settings.streams(config, stateDir);
    Properties properties = settings.toProperties(topology, batching);
    TopicLimits.fetch(config).writeTo(properties);
    this.streams = new KafkaStreams(ModerationTopology.build(topology, deps), properties);
    StreamThreadFailures policy =
        new StreamThreadFailures(pipeline, Duration.ofSeconds(1), Duration.ofMinutes(1));
    streams.setUncaughtExceptionHandler(failure -> failed(policy, failure));
    streams.setStateListener(
        (now, before) -> {
          LOG.info("state {} -> {}", before, now);
          if (now == KafkaStreams.State.ERROR) {
            lastWords.compareAndSet(null, "Kafka Streams stopped in state ERROR");
            onFailure.get().run();
          }
        });
  }

  /** Opens the engines, warms the devices up and starts the graph. */
  static Service start(AppConfig config, Home home) {
    Engines engines = Engines.open(config, home);
    List<ImageEncoder> encoders = new ArrayList<>();
    try {
      for (String device : engines.devices()) {
        encoders.add(engines.openEncoder(device));
      }
      // Nothing in it outlives the process: every store is in memory.
      Path stateDir = Files.createTempDirectory("clipure-stream-");
      Service service = new Service(config, stateDir, engines, encoders);
      service.streams.start();
      return service;
    } catch (IOException e) {
      encoders.forEach(ImageEncoder::close);
      engines.close();
      throw new RefusedException("no temporary folder can be made: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      encoders.forEach(ImageEncoder::close);
      engines.close();
      throw e;
    }
  }

  /** A thread is replaced while the pipeline works; else the client ends, and this says why. */
  private StreamThreadExceptionResponse failed(StreamThreadFailures policy, Throwable failure) {
    StreamThreadExceptionResponse response = policy.handle(failure);
    if (response == StreamThreadExceptionResponse.SHUTDOWN_CLIENT) {
      Throwable root = failure;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      lastWords.compareAndSet(
          null, root.getClass().getSimpleName() + ": " + String.valueOf(root.getMessage()));
      onFailure.get().run();
    }
    return response;
  }

  /** Runs {@code action} if the service fails, at once if it already has. */
  void onFailure(Runnable action) {
    onFailure.set(action);
    if (failed()) {
      action.run();
    }
  }

  boolean failed() {
    return lastWords.get() != null;
  }

  /** Why the service failed; empty while it has not. */
  Optional<String> lastWords() {
    return Optional.ofNullable(lastWords.get());
  }

  BatchingStats batching() {
    return pipeline.stats();
  }

  /** One line for a progress display. */
  String status() {
    BatchingStats stats = batching();
    return streams.state()
        + ", "
        + stats.inFlight()
        + " in flight, batches "
        + Math.round(100 * stats.fill())
        + " % full";
  }

  @Override
  public void close() {
    stop();
  }

  /** Drains, commits and releases everything; what {@link #close} does. */
  void stop() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    // Leaving the group hands the partitions over at once, and a restart need not wait either.
    if (!streams.close(
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(closeTimeout))) {
      LOG.error(
          "not stopped within {}: what was in flight is not committed and will be read again",
          closeTimeout);
    }
    pipeline.close();
    engines.close();
    try {
      Utils.delete(stateDir.toFile());
    } catch (IOException e) {
      LOG.warn("{} could not be deleted; delete it by hand", stateDir, e);
    }
  }

  @Override
  public String toString() {
    return "model "
        + engines.info().name()
        + " on "
        + String.join(", ", engines.devices())
        + ", label set "
        + labelSets.current().judge().labelSet().name()
        + " ("
        + labelSets.current().judge().labelSet().labels().size()
        + " labels), purification "
        + engines.purifier().id();
  }
}
