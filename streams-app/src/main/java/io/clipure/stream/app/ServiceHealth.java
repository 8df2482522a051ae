package io.clipure.stream.app;

import io.clipure.stream.batching.BatchingStats;
import io.clipure.stream.batching.DeviceHealth;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.ops.health.Check;
import io.clipure.stream.ops.health.Lasting;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.topology.LabelSetHolder;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Whether the service is alive and ready.
 *
 * <p><b>Ready</b>: bundle verified, devices warm and one of them at work, label sets read, every
 * Kafka Streams client running, the cluster answering; until it is told to stop. A client that
 * rebalances after it once ran stays ready for {@link #REBALANCE}: nothing reaches this service
 * through a load balancer, so readiness only steers roll-outs, disruption budgets and alerts; every
 * pod that comes or goes makes all others rebalance, and were they all unready each time, a
 * roll-out would wait for itself. A rebalance that does not end is a fault and is told as one.
 *
 * <p><b>Alive</b>: what only a new process can mend is not: the service has failed, all its stream
 * threads are dead, images wait for a device that does nothing, threads have deadlocked. A cluster
 * that is away is none of it: restarting would not bring it back.
 *
 * <pre>
 *   LOADING ──► VERIFIED ──► SERVING ──► STOPPING
 *      └────────────┴─────► REFUSED
 * </pre>
 *
 * <p><b>Threading</b>: told by the command's thread, asked by the HTTP server's.
 */
final class ServiceHealth {
  /** How long a rebalance may take before it counts; longer than a dead member's session. */
  static final Duration REBALANCE = Duration.ofMinutes(1);

  /** How long the cluster may be silent: two questions lost. */
  static final Duration SILENCE = Duration.ofSeconds(12);

  /** Longer than a device may take to be written off and opened anew. */
  private static final Duration STUCK = Duration.ofMinutes(5);

  /** Longer than the longest pause before a dead stream thread is replaced. */
  private static final Duration NO_THREADS = Duration.ofMinutes(3);

  private enum Phase {
    LOADING,
    VERIFIED,
    SERVING,
    STOPPING,
    REFUSED
  }

  private final AppConfig config;
  private final Lasting stuck = new Lasting(STUCK);
  private final Lasting threadless = new Lasting(NO_THREADS);
  private volatile Phase phase = Phase.LOADING;
  private volatile String refusal = "";
  private volatile Service service;
  private volatile ClusterWatch cluster;

  ServiceHealth(AppConfig config) {
    this.config = config;
  }

  /** Bundle and label set are sound. */
  void verified() {
    phase = Phase.VERIFIED;
  }

  /** The service does not start. */
  void refused(String why) {
    refusal = config.redact(why);
    phase = Phase.REFUSED;
  }

  /** The service runs. */
  void serving(Service running, ClusterWatch watch) {
    service = running;
    cluster = watch;
    phase = Phase.SERVING;
  }

  /** The service has been told to stop. */
  void stopping() {
    phase = Phase.STOPPING;
  }

  /** Whether only a new process helps. */
  List<Check> live() {
    List<Check> checks = new ArrayList<>();
    checks.add(life());
    checks.add(deadlocks());
    Service running = service;
    if (running != null) {
      checks.add(movement(running));
      checks.add(threads(running));
    }
    return checks;
  }

  /** Whether images flow, or could. */
  List<Check> ready() {
    List<Check> checks = new ArrayList<>();
    checks.add(work());
    checks.add(bundle());
    Service running = service;
    checks.add(running == null ? notYet("devices") : devices(running.devices()));
    checks.add(running == null ? notYet("label-set") : labelSet(running));
    if (running == null) {
      checks.add(notYet("stream-live"));
    } else {
      running.clients().forEach(client -> checks.add(stream(client)));
    }
    checks.add(cluster());
    return checks;
  }

  private Optional<String> lastWords() {
    return Optional.ofNullable(service).flatMap(Service::lastWords);
  }

  private Check life() {
    return lastWords()
        .map(why -> Check.failing("service", "failed: " + why))
        .orElseGet(() -> Check.ok("service", word()));
  }

  private Check work() {
    Optional<String> failed = lastWords();
    if (failed.isPresent()) {
      return Check.failing("service", "failed: " + failed.get());
    }
    return phase == Phase.SERVING ? Check.ok("service", word()) : Check.failing("service", word());
  }

  private String word() {
    return switch (phase) {
      case LOADING, VERIFIED -> "starting";
      case SERVING -> "running";
      case STOPPING -> "stopping: draining what is in flight";
      case REFUSED -> "refused to start";
    };
  }

  private Check bundle() {
    String where = config.model().bundle().map(Object::toString).orElse("the demo bundle");
    return switch (phase) {
      case LOADING -> Check.failing("bundle", "loading and verifying " + where);
      case REFUSED -> Check.failing("bundle", refusal);
      default ->
          Check.ok(
              "bundle",
              service == null
                  ? "verified: " + where
                  : "verified: "
                      + service.engines().info().name()
                      + ", manifest "
                      + service.engines().info().digest());
    };
  }

  private Check notYet(String name) {
    return Check.failing(
        name,
        switch (phase) {
          case VERIFIED -> name.equals("devices") ? "opening and warming up" : "waits for devices";
          case REFUSED -> "not opened";
          default -> "waits for the bundle";
        });
  }

  private static Check devices(List<DeviceHealth> devices) {
    boolean any = devices.stream().anyMatch(one -> one.state() == DeviceHealth.State.WORKING);
    String detail =
        devices.stream()
            .map(
                one ->
                    one.device()
                        + " "
                        + one.state().name().toLowerCase(java.util.Locale.ROOT)
                        + one.lastFault().map(fault -> " (" + fault + ")").orElse(""))
            .collect(Collectors.joining(", "));
    return new Check("devices", any, detail);
  }

  private static Check labelSet(Service running) {
    if (!running.clients().get(0).ranOnce()) {
      return Check.failing("label-set", "the label-sets topic is being read");
    }
    LabelSetHolder.Active now = running.labelSets().current();
    LabelSet set = now.judge().labelSet();
    return Check.ok(
        "label-set",
        "%s, %s, %d labels, digest %s"
            .formatted(
                set.name(),
                now.version() == LabelSetHolder.FROM_FILE
                    ? "from the file"
                    : "published at offset " + now.version(),
                set.labels().size(),
                set.digest()));
  }

  private static Check stream(StreamsClient client) {
    KafkaStreams.State state = client.state();
    boolean pause =
        state == KafkaStreams.State.REBALANCING
            && client.ranOnce()
            && client.outOfRunning().compareTo(REBALANCE) < 0;
    return new Check(
        "stream-" + client.name(),
        state == KafkaStreams.State.RUNNING || pause,
        state
            + (client.outOfRunning().isZero()
                ? ""
                : " for " + client.outOfRunning().toSeconds() + " s"));
  }

  private Check cluster() {
    ClusterWatch watch = cluster;
    if (watch == null || !watch.answered()) {
      return Check.failing("cluster", watch == null ? "not asked yet" : watch.failure());
    }
    Duration since = watch.sinceAnswer();
    return since.compareTo(SILENCE) < 0
        ? Check.ok("cluster", "answered " + since.toSeconds() + " s ago")
        : Check.failing("cluster", "no answer for " + since.toSeconds() + " s: " + watch.failure());
  }

  private Check movement(Service running) {
    BatchingStats stats = running.batching();
    int waiting = stats.queued().live() + stats.queued().backfill();
    List<Object> progress =
        List.of(stats.batches(), stats.failed(), stats.expired(), stats.faults());
    return stuck.is(waiting > 0, progress)
        ? Check.failing(
            "devices",
            waiting + " images have waited for a device for " + STUCK.toMinutes() + " minutes")
        : Check.ok("devices", waiting + " images wait for a device");
  }

  private Check threads(Service running) {
    List<String> dead = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (StreamsClient client : running.clients()) {
      OptionalInt alive = client.threadsAlive();
      seen.add(client.name() + " " + (alive.isPresent() ? alive.getAsInt() : client.state()));
      if (alive.isPresent() && alive.getAsInt() == 0) {
        dead.add(client.name());
      }
    }
    String detail = String.join(", ", seen);
    return threadless.is(!dead.isEmpty(), dead)
        ? Check.failing(
            "stream-threads", "none alive for " + NO_THREADS.toMinutes() + " minutes: " + detail)
        : Check.ok("stream-threads", "alive: " + detail);
  }

  private static Check deadlocks() {
    long[] locked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
    return locked == null
        ? Check.ok("deadlock", "none")
        : Check.failing("deadlock", locked.length + " threads wait for each other");
  }
}
