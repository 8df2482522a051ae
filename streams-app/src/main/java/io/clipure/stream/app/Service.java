package io.clipure.stream.app;

import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.BatchingStats;
import io.clipure.stream.batching.DeviceHealth;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.LabelSets;
import io.clipure.stream.topology.Graph;
import io.clipure.stream.topology.LabelSetHolder;
import io.clipure.stream.topology.ListenerBinding;
import io.clipure.stream.topology.ModerationDeps;
import io.clipure.stream.topology.ModerationListener;
import io.clipure.stream.topology.ModerationTopology;
import io.clipure.stream.topology.RecordLimits;
import io.clipure.stream.topology.StreamsSettings;
import io.clipure.stream.topology.TopologySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running service: engines, pipeline and the Streams clients, started and stopped together.
 *
 * <pre>
 *   start ──► running ──► close: drain, commit, leave the group, release the devices
 *                │
 *                └──► failed (a client ended by itself): lastWords says why
 * </pre>
 *
 * <p>Live events and, where a topic for them is configured, back-fill events have a Kafka Streams
 * client each: back-fill that waits for room holds up its own threads only, never those of live
 * partitions. Both share the pipeline, which serves live images first. A {@link Shadow} is a third,
 * whose failures are not the service's.
 *
 * <p><b>Threading</b>: thread-safe; {@link #close} may be called more than once.
 */
final class Service implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  private final Path stateDir;
  private final Engines engines;
  private final InferencePipeline pipeline;
  private final StreamsClient live;
  private final Optional<StreamsClient> backfill;
  private final Optional<ShadowEngines> candidate;
  private final Optional<Shadow> shadow;
  private final LabelSetHolder labelSets;
  private final Duration stopTimeout;
  private final MemoryPlan memoryPlan;
  private final UnaryOperator<String> redact;
  private final AtomicReference<String> lastWords = new AtomicReference<>();
  private final AtomicReference<Runnable> onFailure = new AtomicReference<>(() -> {});
  private final AtomicBoolean closed = new AtomicBoolean();

  private Service(
      AppConfig config,
      Path stateDir,
      Engines engines,
      InferencePipeline pipeline,
      Optional<ShadowEngines> candidate,
      ModerationListener listener) {
    this.stateDir = stateDir;
    this.candidate = candidate;
    this.engines = engines;
    this.pipeline = pipeline;
    BatchingSettings batching = pipeline.settings();
    this.labelSets = new LabelSetHolder(engines.judges(), engines.labelSet());
    this.redact = config::redact;
    this.memoryPlan =
        MemoryPlan.of(
            config,
            Runtime.getRuntime().maxMemory(),
            engines.info().imageSize(),
            engines.devices().size(),
            1 + engines.views().plan().extraViews());
    this.stopTimeout = config.stream().stopTimeout();
    TopologySettings topology = Settings.topology(config, engines);
    Clients.Serdes serdes = Clients.serdes(config);
    ModerationDeps deps =
        new ModerationDeps(
            pipeline,
            engines.loader(),
            engines.references(),
            engines.info(),
            engines.views(),
            labelSets,
            serdes.imageEvent(),
            serdes.labelledImage(),
            serdes.labelSet(),
            LabelSets::verified,
            Clock.systemUTC(),
            listener);
    RecordLimits limits = TopicLimits.fetch(config).lessHeaders(listener.headerBytes());
    BiFunction<StreamsSettings, Graph, Properties> properties =
        (settings, graph) -> {
          Properties all = settings.toProperties(topology, batching);
          limits.writeTo(all);
          new ListenerBinding(listener, graph).writeTo(all);
          return all;
        };
    this.live =
        client(
            config,
            "live",
            ModerationTopology.build(topology, deps),
            properties.apply(Settings.streams(config, stateDir), Graph.LIVE));
    this.backfill =
        config
            .topics()
            .backfill()
            .map(
                topic ->
                    client(
                        config,
                        "backfill",
                        ModerationTopology.buildBackfill(topology, deps, topic),
                        properties.apply(
                            Settings.backfillStreams(config, stateDir), Graph.BACKFILL)));
    this.shadow =
        candidate.map(other -> new Shadow(config, other, engines, labelSets, stateDir, listener));
  }

  private StreamsClient client(
      AppConfig config, String name, Topology graph, Properties properties) {
    StreamThreadFailures failures =
        new StreamThreadFailures(
            pipeline, Duration.ofSeconds(1), Duration.ofMinutes(1), config.stream().giveUpAfter());
    return new StreamsClient(name, graph, properties, failures, this::died);
  }

  /** Opens the engines, warms the devices up and starts the graph. */
  static Service start(AppConfig config, Home home) {
    return start(config, home, ModerationListener.NONE, () -> {});
  }

  /**
   * The same.
   *
   * @param listener told how every event ends, in all graphs
   * @param verified run when bundle and label set are sound, before the devices are opened
   */
  static Service start(
      AppConfig config, Home home, ModerationListener listener, Runnable verified) {
    Engines engines = Engines.open(config, home);
    InferencePipeline pipeline = null;
    Optional<ShadowEngines> candidate = Optional.empty();
    try {
      verified.run();
      pipeline = new InferencePipeline(Settings.batching(config), engines.encoders());
      if (config.candidate().isPresent()) {
        candidate =
            Optional.of(
                ShadowEngines.open(config.candidate().get(), home, config, engines, pipeline));
      }
      // Nothing in it outlives the process: every store is in memory.
      Path stateDir = Files.createTempDirectory("clipure-stream-");
      Service service = new Service(config, stateDir, engines, pipeline, candidate, listener);
      // The others have no label-set store of their own: they start once the live client has read
      // it.
      service.live.start(
          () -> {
            service.backfill.ifPresent(client -> client.start(() -> {}));
            service.shadow.ifPresent(Shadow::start);
          });
      return service;
    } catch (IOException e) {
      release(candidate, pipeline, engines);
      throw new RefusedException("no temporary folder can be made: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      release(candidate, pipeline, engines);
      throw e;
    }
  }

  private static void release(
      Optional<ShadowEngines> candidate, InferencePipeline pipeline, Engines engines) {
    candidate.ifPresent(ShadowEngines::close);
    if (pipeline != null) {
      pipeline.close();
    }
    engines.close();
  }

  private void died(String why) {
    lastWords.compareAndSet(null, redact.apply(why));
    onFailure.get().run();
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

  /** Why the shadow is off; empty while it is not, or there is none. */
  Optional<String> shadowLastWords() {
    return shadow.flatMap(Shadow::lastWords);
  }

  /** What may be held at most, for this JVM's heap. */
  MemoryPlan memoryPlan() {
    return memoryPlan;
  }

  /** What an operator should know of the views' key; empty: nothing. */
  Optional<String> viewsWarning() {
    return engines.viewsWarning();
  }

  BatchingStats batching() {
    return pipeline.stats();
  }

  /** What runs, by names and values for people. */
  Map<String, String> about() {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("model", engines.info().name());
    about.put("devices", String.join(", ", engines.devices()));
    about.put("label set", labelSets.current().judge().labelSet().name());
    about.put("purification", engines.purifier().id());
    about.put("views", engines.views().plan().id());
    about.put("version", Version.application());
    return about;
  }

  /** States of the Streams clients. */
  String states() {
    return clients().stream().map(StreamsClient::toString).collect(Collectors.joining(", "));
  }

  /** How each device worker is. */
  List<DeviceHealth> devices() {
    return pipeline.devices();
  }

  /** Model and policy. */
  Engines engines() {
    return engines;
  }

  /** The label sets of live and back-fill verdicts. */
  LabelSetHolder labelSets() {
    return labelSets;
  }

  /** The candidate beside it, if there is one. */
  Optional<Shadow> shadow() {
    return shadow;
  }

  /** One line for a progress display. */
  String status() {
    BatchingStats stats = batching();
    return clients().stream().map(StreamsClient::toString).collect(Collectors.joining(", "))
        + ", "
        + shadow.map(running -> running.status() + ", ").orElse("")
        + stats.inFlight()
        + " in flight, batches "
        + Math.round(100 * stats.fill())
        + " % full";
  }

  /** The clients that do the work: live first, then back-fill, if there is any. */
  List<StreamsClient> clients() {
    List<StreamsClient> clients = new ArrayList<>(List.of(live));
    backfill.ifPresent(clients::add);
    return clients;
  }

  @Override
  public void close() {
    stop();
  }

  /**
   * Drains, commits and releases everything; what {@link #close} does.
   *
   * @return whether all was drained and committed within {@code stream.stop-timeout}; if not, what
   *     was in flight is uncommitted and will be read again
   */
  boolean stop() {
    if (!closed.compareAndSet(false, true)) {
      return true;
    }
    long deadline = System.nanoTime() + stopTimeout.toNanos();
    shadow.ifPresent(Shadow::beginClose);
    clients().forEach(StreamsClient::beginClose);
    boolean drained = true;
    for (StreamsClient client : clients()) {
      long left = Math.max(0, deadline - System.nanoTime());
      if (!client.awaitClosed(Duration.ofNanos(left))) {
        drained = false;
        LOG.error(
            "{} is not stopped within {} s (stream.stop-timeout): what was in flight is not"
                + " committed and will be read again",
            client,
            stopTimeout.toSeconds());
      }
    }
    Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    shadow.ifPresent(running -> running.awaitClosed(left));
    release(candidate, pipeline, engines);
    try {
      Utils.delete(stateDir.toFile());
    } catch (IOException e) {
      LOG.warn("{} could not be deleted; delete it by hand", stateDir, e);
    }
    return drained;
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
        + engines.purifier().id()
        + ", views "
        + engines.views().plan().id()
        + shadow.map(running -> "; shadow: " + running).orElse("");
  }
}
