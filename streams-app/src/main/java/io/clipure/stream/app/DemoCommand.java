package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
      "  clipure-stream demo --images ~/Pictures --labels my-labels.yaml --count 1000%n"
    })
final class DemoCommand implements Callable<Integer> {
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

  @Option(names = "--json", description = "Print the final account as JSON and no table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (count < 1) {
      throw new RefusedException("--count is " + count + "; expected at least 1");
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
    try (EmbeddedBroker broker = EmbeddedCluster.start()) {
      AppConfig config =
          configuration.load(
              labels == null ? Map.of() : Map.of("policy.labels", labels.toString()),
              Map.of(
                  "kafka.bootstrap.servers",
                  broker.bootstrapServers(),
                  "schema.registry.url",
                  "mock://demo-" + UUID.randomUUID()));
      TopicSetup.create(broker, config, 4);
      DemoRun run =
          new DemoRun(config, home, files, count, truth, json ? 0 : rows, spec.commandLine());
      return run.execute(json);
    }
  }
}
