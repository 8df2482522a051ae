package io.clipure.stream.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.Lane;
import io.clipure.stream.config.AppConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench priority}: what a back-fill does to live images. */
@Command(
    name = "priority",
    header = "What a back-fill does to the latency of live images.",
    description = {
      "Sends live images one at a time through the pipeline, without Kafka, from submission to "
          + "outcome: alone, and under a back-fill that takes all the room it is given; then the "
          + "same with the back-fill in the live lane, which is what happens without priorities. "
          + "With shadow.config set, also under that candidate, as if it saw every event and more."
    })
final class BenchPriorityCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Folder of images (default: the bundled demo images).")
  private Path images;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Live images in each condition, fewer if they take more than 20 s (default:"
              + " ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--pause-ms",
      paramLabel = "N",
      defaultValue = "3",
      description = "Pause before each live image, in ms (default: ${DEFAULT-VALUE}).")
  private long pauseMillis;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    AppConfig config = configuration.load(model.settings(), Map.of());
    Home home = Home.locate();
    try (Engines engines = Engines.open(config, home)) {
      List<byte[]> encoded =
          BenchImages.encoded(images == null ? home.demoFolder() : images, engines, count);
      PriorityBench bench =
          new PriorityBench(engines, encoded, count, TimeUnit.MILLISECONDS.toNanos(pauseMillis));
      BatchingSettings settings = Settings.batching(config);
      PriorityBench.Result lanes = bench.run(settings, engines.encoders(), Lane.BACKFILL);
      print("two lanes", lanes);
      PriorityBench.Result oneLane = bench.run(settings, engines.encoders(), Lane.LIVE);
      print("one lane", oneLane);
      Optional<PriorityBench.Result> shadow = Optional.empty();
      if (config.candidate().isPresent()) {
        shadow =
            Optional.of(
                bench.shadow(
                    settings,
                    engines.encoders(),
                    host ->
                        ShadowEngines.open(config.candidate().get(), home, config, engines, host)));
        print("shadow", shadow.get());
      }
      if (json) {
        printJson(lanes, oneLane, shadow);
      }
    }
    return ExitCode.OK;
  }

  /** At once: the second condition takes a while. */
  private void print(String condition, PriorityBench.Result result) {
    if (json) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%-34s %8s %10s %10s %14s%n",
        condition + ": live images, ms",
        "images",
        "p50",
        "p99",
        "back-fill/s");
    row(out, "idle", result.idle(), 0);
    row(out, "under back-fill", result.loaded(), result.backfillPerSecond());
    out.printf(Locale.ROOT, "%-34s %30.2f%n", "p99 under back-fill / p99 idle", result.ratio(0.99));
    out.flush();
  }

  private void printJson(
      PriorityBench.Result lanes,
      PriorityBench.Result oneLane,
      Optional<PriorityBench.Result> shadow) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("cores", Runtime.getRuntime().availableProcessors());
    node.set("twoLanes", figures(lanes));
    node.set("oneLane", figures(oneLane));
    shadow.ifPresent(result -> node.set("shadow", figures(result)));
    spec.commandLine().getOut().println(node);
  }

  private static void row(PrintWriter out, String name, long[] sorted, double backfill) {
    out.printf(
        Locale.ROOT,
        "%-34s %8d %10.2f %10.2f %14.0f%n",
        name,
        sorted.length,
        PriorityBench.Result.millis(sorted, 0.5),
        PriorityBench.Result.millis(sorted, 0.99),
        backfill);
  }

  private static ObjectNode figures(PriorityBench.Result result) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("liveImages", result.loaded().length);
    node.put("idleP50Millis", PriorityBench.Result.millis(result.idle(), 0.5));
    node.put("idleP99Millis", PriorityBench.Result.millis(result.idle(), 0.99));
    node.put("loadedP50Millis", PriorityBench.Result.millis(result.loaded(), 0.5));
    node.put("loadedP99Millis", PriorityBench.Result.millis(result.loaded(), 0.99));
    node.put("p99Ratio", result.ratio(0.99));
    node.put("backfillPerSecond", result.backfillPerSecond());
    return node;
  }
}
