package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
          + "Ctrl-C); it drains what is in flight and commits first. Topics must exist; the "
          + "command says which do not.%n",
      "Example:",
      "  clipure-stream run --config app.properties%n"
    })
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;

  @Override
  public Integer call() throws Exception {
    AppConfig config = configuration.load(model.settings(), java.util.Map.of());
    config.requireCluster();
    LOG.info("configuration: {}", config.describe());
    TopicSetup.require(config);
    CountDownLatch stop = new CountDownLatch(1);
    Service service = Service.start(config, Home.locate());
    service.onFailure(stop::countDown);
    Thread hook =
        new Thread(
            () -> {
              LOG.info("stopping: draining what is in flight");
              service.close();
              LOG.info("stopped");
            },
            "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    LOG.info("running: {}", service);
    // Returns only if the service fails; a signal ends the process through the hook.
    stop.await();
    LOG.error("the service failed: {}", service.lastWords().orElse("no reason given"));
    return ExitCode.FAULT;
  }
}
