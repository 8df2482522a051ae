package io.clipure.stream.app;

import io.clipure.stream.app.chaos.RegistryServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench soak}: the shipped service under saturation, and what its memory does. */
@Command(
    name = "soak",
    header = "Memory of the service under saturation.",
    description = {
      "Runs the service as shipped (java -jar ... run) in a process of its own with a small heap, "
          + "keeps its backlog full from an embedded broker, and samples heap after each "
          + "collection, resident memory and threads. One image of 200 is a file of 10 to 20 MB, "
          + "one of 500 is a small file of 40 megapixels. Writes soak.csv, soak.svg and the "
          + "service's log; ends with 1 if the service dies or an image is lost.%n",
      "Example:",
      "  clipure-stream bench soak --minutes 15 --heap 512m --out soak%n"
    })
final class BenchSoakCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "15",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "512m",
      description = "-Xmx of the service (default: ${DEFAULT-VALUE}).")
  private String heap;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "soak",
      description = "Folder for the results (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the mix of images (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = {"-s", "--set"},
      paramLabel = "KEY=VALUE",
      description = "One configuration key of the service. Repeatable.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    if (!(minutes > 0 && minutes <= 24 * 60) || !heap.matches("[1-9]\\d*[kKmMgG]?")) {
      throw new RefusedException(
          "--minutes is %s and --heap is %s; expected up to 1440 minutes and a size such as 512m"
              .formatted(minutes, heap));
    }
    Path jar = Home.locate().directory().resolve("clipure-stream.jar");
    if (!Files.exists(jar)) {
      throw new RefusedException(
          jar
              + " is missing: soak runs the jar as shipped; build it with: mvn -DskipTests package");
    }
    Files.createDirectories(out);
    Duration length = Duration.ofMillis(Math.round(minutes * 60_000));
    try (EmbeddedBroker broker = EmbeddedCluster.start(1, SoakRun.BROKER);
        RegistryServer registry = new RegistryServer("soak-" + UUID.randomUUID());
        LiveLine live =
            new LiveLine(spec.commandLine().getErr(), spec.commandLine().getColorScheme().ansi())) {
      registry.start();
      SoakRun run = new SoakRun(broker, registry, jar, heap, out, seed, settings, live);
      SoakReport report = run.execute(length);
      report.write(out);
      live.clear();
      report.print(spec.commandLine().getOut(), heap, out);
      return report.findings().isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
    }
  }
}
