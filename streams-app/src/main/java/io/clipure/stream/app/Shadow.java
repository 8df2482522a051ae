package io.clipure.stream.app;

import io.clipure.stream.audit.sampling.KeyedHash;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ShadowConfig;
import io.clipure.stream.policy.LabelSets;
import io.clipure.stream.topology.DeadLetters;
import io.clipure.stream.topology.Graph;
import io.clipure.stream.topology.LabelSetHolder;
import io.clipure.stream.topology.ListenerBinding;
import io.clipure.stream.topology.ModerationDeps;
import io.clipure.stream.topology.ModerationListener;
import io.clipure.stream.topology.ModerationTopology;
import io.clipure.stream.topology.TopologySettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A candidate configuration on a sample of the live events, with a Kafka Streams client, a consumer
 * group and topics of its own. Whatever becomes of it, the service goes on: a shadow that fails
 * stays off until the next start, and does not change how the service ends.
 *
 * <pre>
 *   new ──► running ──► closed
 *              └──► off (its client ended by itself): lastWords says why
 * </pre>
 *
 * <p><b>Threading</b>: thread-safe.
 */
final class Shadow {
  private static final Logger LOG = LoggerFactory.getLogger(Shadow.class);

  /** A service that stops waits for its shadow not much longer than for itself. */
  private static final Duration MOST_PATIENCE = Duration.ofSeconds(5);

  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

  private final ShadowEngines candidate;
  private final double share;
  private final StreamsClient client;
  private final AtomicReference<String> lastWords = new AtomicReference<>();

  /**
   * Creates the shadow; {@link #start} starts it.
   *
   * @param live the service's configuration
   * @param candidate owned by the service
   * @param labelSets what is in force in the service
   * @param listener told how events end
   * @throws RefusedException if the candidate cannot use its label set
   */
  Shadow(
      AppConfig live,
      ShadowEngines candidate,
      Engines liveEngines,
      LabelSetHolder labelSets,
      Path stateDir,
      ModerationListener listener) {
    this.candidate = candidate;
    this.share = live.shadow().share();
    AppConfig config = candidate.config();
    Engines engines = candidate.engines();
    TopologySettings topology =
        Settings.topology(config, engines).with(Settings.shadowTopics(live.topics()));
    Clients.Serdes serdes = Clients.serdes(live);
    ModerationDeps deps =
        new ModerationDeps(
            candidate.pipeline(),
            engines.loader(),
            liveEngines.references(),
            engines.info(),
            engines.views(),
            labelSets(live, candidate, labelSets),
            serdes.imageEvent(),
            serdes.labelledImage(),
            serdes.labelSet(),
            LabelSets::verified,
            Clock.systemUTC(),
            listener);
    Properties properties =
        Settings.shadowStreams(live, stateDir)
            .toProperties(topology, candidate.pipeline().settings());
    String deadLetter = topology.topics().deadLetter();
    TopicLimits.fetch(live, List.of(topology.topics().labelled()), deadLetter)
        .lessHeaders(listener.headerBytes())
        .writeTo(properties);
    new ListenerBinding(listener, Graph.SHADOW).writeTo(properties);
    properties.setProperty(DeadLetters.WITHOUT_VALUES_CONFIG, "true");
    this.client =
        new StreamsClient(
            "shadow",
            ModerationTopology.buildShadow(topology, deps, sample(live.shadow())),
            properties,
            new StreamThreadFailures(
                candidate.pipeline(),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                live.stream().giveUpAfter()),
            why -> died(live.redact(why)));
  }

  private static LabelSetHolder labelSets(
      AppConfig live, ShadowEngines candidate, LabelSetHolder theirs) {
    Engines engines = candidate.engines();
    return ShadowEngines.named(
        () ->
            ShadowConfig.followsLabelSets(live, candidate.config())
                ? theirs.follower(engines.judges(), engines.labelSet())
                : new LabelSetHolder(engines.judges(), engines.labelSet()));
  }

  /** What says whether an id is in the sample; one for each thread: a hash is no other's. */
  static Supplier<Predicate<String>> sample(ShadowConfig shadow) {
    String key = shadow.key().orElse(KeyedHash.PUBLIC_KEY);
    return () -> {
      KeyedHash hash = new KeyedHash(key);
      return id -> hash.chooses(id, shadow.share());
    };
  }

  private void died(String why) {
    if (lastWords.compareAndSet(null, why)) {
      LOG.error(
          "The shadow is off until the next start, the live service goes on without it: {}", why);
    }
  }

  /** Its Kafka Streams client. */
  StreamsClient client() {
    return client;
  }

  /** Why it is off; empty while it is not. */
  Optional<String> lastWords() {
    return Optional.ofNullable(lastWords.get());
  }

  /** Joins its group; to be called when the live service has started. */
  void start() {
    try {
      client.start(() -> {});
    } catch (RuntimeException e) {
      died(Clients.reasons(e));
    }
  }

  void beginClose() {
    client.beginClose();
  }

  /**
   * Waits a little; what is in flight after that is uncommitted and read again.
   *
   * @param left of the service's time to stop
   */
  void awaitClosed(Duration left) {
    Duration most = left.compareTo(MOST_PATIENCE) < 0 ? left : MOST_PATIENCE;
    if (!client.awaitClosed(most.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : most)) {
      LOG.warn("The shadow has not stopped in time and is left behind");
    }
  }

  /** For a progress display. */
  String status() {
    return lastWords().map(why -> "shadow off").orElseGet(client::toString);
  }

  @Override
  public String toString() {
    return share + " of the live events also by " + candidate;
  }
}
