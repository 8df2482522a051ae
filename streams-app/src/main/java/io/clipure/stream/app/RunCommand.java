package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code run}: the service on a real cluster. */
@Command(
    name = "run",
    header = "The service, on a Kafka cluster.",
    description = {
      "Runs the service on a Kafka cluster until it is told to stop (SIGTERM or "
          + "Ctrl-C); it drains what is in flight, commits and exits with 0. A second signal, or "
          + "stream.stop-timeout, ends it sooner with 75; nothing is lost, the rest is read again. "
          + "Topics must exist; the command says which do not.%n",
      "Example:",
      "  clipure-stream run --config app.properties%n"
    })
public final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  /** First line of the log. */
  public static final String LISTENING = "starting; SIGTERM or SIGINT drains and ends it";

  /** What closing the devices and the JVM may take beyond the drain. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;

  @Override
  public Integer call() throws Exception {
    // First of all, so that a signal during a slow start ends in order too.
    StopSignals stop = new StopSignals(RunCommand::endNow);
    boolean listening = stop.listen("TERM") & stop.listen("INT");
    // Before the first line of the log: it says how lines look.
    AppConfig config = configuration.load(model.settings(), java.util.Map.of());
    LOG.info(LISTENING);
    config.requireCluster();
    LOG.info("configuration: {}", config.describe().replace("\n", "; "));
    try (Tracing tracing = Tracing.of(config);
        Operations operations = Operations.open(config)) {
      operations.address().ifPresent(address -> LOG.info("operators: {}", address));
      operations.consoleAddress().ifPresent(address -> LOG.info("console: {}", address));
      return run(config, operations, tracing, stop, listening);
    }
  }

  private static Service start(AppConfig config, Operations operations, Tracing tracing)
      throws InterruptedException {
    try {
      TopicSetup.require(config);
      Service service =
          Clients.make(
              config,
              () ->
                  Service.start(
                      config,
                      Home.locate(),
                      tracing.beside(operations.listener()),
                      operations::verified));
      try {
        operations.serving(service);
        return service;
      } catch (RuntimeException e) {
        service.close();
        throw e;
      }
    } catch (RuntimeException e) {
      operations.refused(Clients.reasons(e));
      throw e;
    }
  }

  private static int run(
      AppConfig config, Operations operations, Tracing tracing, StopSignals stop, boolean listening)
      throws InterruptedException {
    Service service = start(config, operations, tracing);
    service.onFailure(stop::stop);
    if (!listening) {
      // The JVM ends the process at a signal, with a code of its own; at least drain.
      Runtime.getRuntime().addShutdownHook(new Thread(service::close, "shutdown"));
    }
    MemoryPlan plan = service.memoryPlan();
    LOG.info("memory: {}", plan);
    if (!plan.fits(config.image().maxBytes().bytes())) {
      LOG.warn(
          "memory: the heap may run out under large images; raise -Xmx, or lower"
              + " batching.max-in-flight-bytes, batching.decode-memory or image.max-bytes");
    }
    service.viewsWarning().ifPresent(LOG::warn);
    LOG.info("running: {}", service);
    stop.await();
    operations.stopping();
    if (service.failed()) {
      haltAfter(config.stream().stopTimeout());
      service.stop();
      LOG.error("the service failed: {}", service.lastWords().orElse("no reason given"));
      return ExitCode.FAULT;
    }
    LOG.info(
        "{}: draining for at most {} s; a second signal ends at once",
        stop.signal(),
        config.stream().stopTimeout().toSeconds());
    haltAfter(config.stream().stopTimeout());
    if (!service.stop()) {
      LOG.error("stopped without draining: what was in flight will be read again");
      return ExitCode.UNDRAINED;
    }
    LOG.info("stopped: all drained and committed");
    return ExitCode.OK;
  }

  private static void endNow() {
    LOG.error("second signal: ending now; what was in flight will be read again");
    Runtime.getRuntime().halt(ExitCode.UNDRAINED);
  }

  /** A native call that never returns must not keep a stopped service from ending. */
  private static void haltAfter(Duration stopTimeout) {
    Thread watch =
        new Thread(
            () -> {
              long end = System.nanoTime() + stopTimeout.plus(GRACE).toNanos();
              for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
              }
              LOG.error("still not ended {} s after the time to stop; halting", GRACE.toSeconds());
              Runtime.getRuntime().halt(ExitCode.UNDRAINED);
            },
            "halt-after-stop-timeout");
    watch.setDaemon(true);
    watch.start();
  }
}
