package io.clipure.stream.app.chaos;

import io.clipure.stream.app.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Carries out faults. Used by the thread that drives the scenario. */
final class Injector {
  /** Results that must come while a broker is down. */
  private static final int RESULTS_WITHOUT_BROKER = 60;

  /** How the scenario waits: as long as anything moves. */
  interface Waiting {
    void await(String what, BooleanSupplier condition);
  }

  private final EmbeddedBroker broker;
  private final RegistryServer registry;
  private final Fleet fleet;
  private final FaultLog log;
  private final Waiting waiting;
  private final Progress progress;

  Injector(
      EmbeddedBroker broker,
      RegistryServer registry,
      Fleet fleet,
      FaultLog log,
      Waiting waiting,
      Progress progress) {
    this.broker = broker;
    this.registry = registry;
    this.fleet = fleet;
    this.log = log;
    this.waiting = waiting;
    this.progress = progress;
  }

  void inject(Step step) {
    int number = fleet.pick(step.draw());
    switch (step.fault()) {
      case KILL -> {
        log.fault("kill -9 of " + fleet.get(number).name());
        fleet.killAndRestart(number);
      }
      case TERMINATE -> {
        log.fault("SIGTERM to " + fleet.get(number).name());
        log.note("exit code " + fleet.terminateAndRestart(number) + ", started again");
      }
      case JOIN -> {
        if (fleet.join()) {
          ServiceProcess joined = fleet.newest();
          waiting.await("the start of " + joined.name(), () -> logged(joined, "running:"));
          log.fault(joined.name() + " joins, now " + fleet.size());
          waiting.await("partitions for " + joined.name(), () -> logged(joined, "-> RUNNING"));
        }
      }
      case LEAVE -> leave(number);
      case FREEZE_BRIEFLY -> freeze(number, Timing.SESSION.dividedBy(3));
      case FREEZE_PAST_SESSION -> freeze(number, Timing.SESSION.plusSeconds(2));
      case FREEZE_PAST_TRANSACTION -> freeze(number, Timing.TRANSACTION.plusSeconds(3));
      case REGISTRY_GONE -> {
        log.note("the registry stops; kill -9 of " + fleet.get(number).name());
        registry.stop();
        fleet.killAndRestart(number);
        bringRegistryBack(fleet.get(number));
      }
      case REGISTRY_FAILING -> {
        log.note("the registry answers 503; kill -9 of " + fleet.get(number).name());
        long before = registry.fail(true);
        fleet.killAndRestart(number);
        waiting.await("questions to the registry", () -> registry.failed() >= before + 2);
        registry.fail(false);
        log.fault("the registry answers again");
      }
      case BROKER_RESTART -> restartBroker(step);
      case LEADER_CHANGE -> {
        log.fault("every partition gets another leader");
        Leaders.change(broker.bootstrapServers());
      }
    }
  }

  private void leave(int number) {
    if (fleet.size() > 1) {
      log.fault("SIGTERM to " + fleet.get(number).name() + ", which stays away");
      log.note("exit code " + fleet.terminate(number) + ", now " + fleet.size());
    }
  }

  private void freeze(int number, Duration duration) {
    ServiceProcess process = fleet.get(number);
    log.fault("SIGSTOP to " + process.name() + " for " + duration.toMillis() + " ms");
    process.freeze();
    long until = System.nanoTime() + duration.toNanos();
    waiting.await("the end of the freeze", () -> System.nanoTime() >= until);
    process.thaw();
    log.note("SIGCONT to " + process.name());
  }

  private void restartBroker(Step step) {
    int node = step.draw() % broker.nodes();
    log.fault("broker " + (node + 1) + " goes");
    broker.stopNode(node);
    long due = progress.written() + RESULTS_WITHOUT_BROKER;
    waiting.await(
        "results while broker " + (node + 1) + " is down", () -> progress.written() >= due);
    log.note("broker " + (node + 1) + " comes back");
    broker.startNode(node);
  }

  /** Waits until the service runs and has failed to reach the registry, then starts it. */
  void bringRegistryBack(ServiceProcess service) {
    waiting.await("the start of " + service.name(), () -> logged(service, "running:"));
    waiting.await("its complaint", () -> logged(service, "ERROR"));
    registry.start();
    log.fault("the registry is there");
  }

  private static boolean logged(ServiceProcess service, String text) {
    try {
      return Files.readString(service.log()).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException("a service's log cannot be read", e);
    }
  }
}
