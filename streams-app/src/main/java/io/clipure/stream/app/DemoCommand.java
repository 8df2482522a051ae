package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: broker, registry, service and publisher in one process. */
@Command(
    name = "demo",
    header = "The whole pipeline in this process, on real image files.",
    description = {
      "Runs the whole pipeline in this process: an embedded Kafka broker and schema "
          + "registry, the service, and a publisher that sends real image files through it. "
          + "Prints verdicts as they arrive and ends with an account: every image published "
          + "must come out labelled or dead-lettered.%n",
      "Examples:",
      "  clipure-stream demo",
      "  clipure-stream demo --console",
      "  clipure-stream demo --images ~/Pictures --labels my-labels.yaml --count 1000%n"
    })
final class DemoCommand implements Callable<Integer> {
  private static final int DEFAULT_RATE = 4;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Folder of images to publish (default: the bundled demo images).")
  private Path images;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "300",
      description = "Events to publish; files repeat as needed (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Label set, YAML (default: the demo's).")
  private Path labels;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "4",
      description = "Table rows for each kind of outcome (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--console",
      description =
          "Then go on with a trickle of uploads until Ctrl-C, and show it all on a web page; its"
              + " address is printed (ops.port, default 8080).")
  private boolean console;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Uploads a second of --console (default: " + DEFAULT_RATE + ").")
  private Integer rate;

  @Option(names = "--json", description = "Print the final account as JSON and no table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (count < 1) {
      throw new RefusedException("--count is " + count + "; expected at least 1");
    }
    if (rate != null && !console) {
      throw new RefusedException("--rate is that of --console's uploads; give --console as well");
    }
    if (rate != null && (rate < 1 || rate > 1000)) {
      throw new RefusedException("--rate is " + rate + "; expected 1 to 1000");
    }
    Home home = Home.locate();
    List<Path> files =
        ImageFiles.list(List.of(images == null ? home.demoFolder() : images)).stream()
            .filter(file -> !file.getFileName().toString().equals("images.json"))
            .toList();
    Truth truth = images == null ? Truth.read(home.demoFolder()) : new Truth(Map.of());
    if (!json) {
      spec.commandLine()
          .getOut()
          .println("Starting an embedded broker and registry, and the service");
    }
    StopSignals stop = new StopSignals(DemoCommand::endNow);
    if (console) {
      stop.listen("TERM");
      stop.listen("INT");
    }
    try (EmbeddedBroker broker = EmbeddedCluster.start()) {
      AppConfig config =
          configuration.load(
              labels == null ? Map.of() : Map.of("policy.labels", labels.toString()),
              Map.of(
                  "kafka.bootstrap.servers",
                  broker.bootstrapServers(),
                  "schema.registry.url",
                  "mock://demo-" + UUID.randomUUID(),
                  "ops.enabled",
                  Boolean.toString(console),
                  "ops.console",
                  Boolean.toString(console)));
      TopicSetup.create(broker, config, 4);
      try (Operations operations = Operations.open(config)) {
        DemoRun run =
            new DemoRun(
                config, home, files, count, truth, json ? 0 : rows, operations, spec.commandLine());
        return run.execute(
            json,
            console
                ? Optional.of(service -> watch(config, home, files, operations, service, stop))
                : Optional.empty());
      }
    }
  }

  private void watch(
      AppConfig config,
      Home home,
      List<Path> files,
      Operations operations,
      Service service,
      StopSignals stop)
      throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    out.println(
        "Console            "
            + operations.consoleAddress().orElse("none: ops.enabled or ops.console is false"));
    int pace = rate == null ? DEFAULT_RATE : rate;
    out.println("Uploads go on, " + pace + " a second, until Ctrl-C");
    out.flush();
    service.onFailure(stop::stop);
    List<Path> rare = images == null ? ImageFiles.list(List.of(home.attackedFolder())) : List.of();
    long published = new DemoStream(config, files, rare, pace).run(stop);
    if (service.failed()) {
      throw new RefusedException(
          "the service failed: " + service.lastWords().orElse("no reason given"));
    }
    out.println("Stopped after " + published + " more uploads");
  }

  private static void endNow() {
    Runtime.getRuntime().halt(ExitCode.UNDRAINED);
  }
}
