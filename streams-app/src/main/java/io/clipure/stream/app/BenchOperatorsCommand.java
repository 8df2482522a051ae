package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench operators}: what health, meters and the rest of {@code ops.*} cost. */
@Command(
    name = "operators",
    header = "What health, meters, console and traces cost.",
    description = {
      "Runs the service through an embedded broker, in turn without and with what operators see of"
          + " it (all that ops.* switches on, scraped every 5 s), and compares processor time an"
          + " image and images a second over the second half of each round. Also times what a stream"
          + " thread spends to have one verdict counted."
    })
final class BenchOperatorsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "3000",
      description = "Events a round (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Pairs of rounds, after one that is not counted (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() throws Exception {
    if (count < 2 || rounds < 1) {
      throw new RefusedException(
          "--count is %d and --rounds is %d; expected 2 and 1 or more".formatted(count, rounds));
    }
    Home home = Home.locate();
    PrintWriter out = spec.commandLine().getOut();
    List<Double> cpu = new ArrayList<>();
    List<Double> rate = new ArrayList<>();
    List<Double> cost = new ArrayList<>();
    try (EmbeddedBroker broker = EmbeddedCluster.start()) {
      List<byte[]> images;
      try (Engines engines = Engines.open(config(broker, 0), home)) {
        images = BenchImages.encoded(home.demoFolder(), engines, count);
      }
      OperatorsBench bench = new OperatorsBench(home, images, count);
      int number = 1;
      bench.without(fresh(broker, number++));
      for (int round = 0; round < rounds; round++) {
        // Who goes first changes, so that a machine that slows down does not favour one of them.
        OperatorsBench.Round before =
            round % 2 == 0 ? bench.without(fresh(broker, number++)) : null;
        OperatorsBench.Round with = bench.with(fresh(broker, number++));
        OperatorsBench.Round without =
            before == null ? bench.without(fresh(broker, number++)) : before;
        cpu.add(with.cpuMicros() / without.cpuMicros());
        rate.add(with.imagesPerSecond() / without.imagesPerSecond());
        cost.add(without.cpuMicros());
        out.printf(
            Locale.ROOT,
            "round %d: %.0f µs of processor an image without, %.0f with (%+.1f %%); %.1f and %.1f"
                + " images/s%n",
            round + 1,
            without.cpuMicros(),
            with.cpuMicros(),
            100 * (with.cpuMicros() / without.cpuMicros() - 1),
            without.imagesPerSecond(),
            with.imagesPerSecond());
      }
      double nanos = bench.tellNanos();
      Locale root = Locale.ROOT;
      out.printf(root, "processor time, with / without, median  %10.3f%n", median(cpu));
      out.printf(root, "images a second, with / without, median %10.3f%n", median(rate));
      out.printf(
          root,
          "counting a verdict                      %10.2f µs of a stream thread = %.4f %% of an"
              + " image's processor time%n",
          nanos / 1e3,
          100 * nanos / 1e3 / median(cost));
    }
    return ExitCode.OK;
  }

  private AppConfig fresh(EmbeddedBroker broker, int round) {
    AppConfig config = config(broker, round);
    TopicSetup.create(broker, config, 4);
    return config;
  }

  /** Topics and group of a round's own. */
  private AppConfig config(EmbeddedBroker broker, int round) {
    Map<String, String> keys = new HashMap<>();
    keys.put("kafka.bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", "mock://bench-" + UUID.randomUUID());
    keys.put("stream.application-id", "bench-" + round);
    keys.put("topics.images", "images-" + round);
    keys.put("topics.images-labelled", "labelled-" + round);
    keys.put("topics.images-flagged-low-confidence", "low-confidence-" + round);
    keys.put("topics.images-flagged-adversarial", "adversarial-" + round);
    keys.put("topics.images-dead-letter", "dead-letter-" + round);
    keys.put("topics.label-sets", "label-sets-" + round);
    keys.put("ops.enabled", "true");
    keys.put("ops.port", "0");
    return configuration.load(model.settings(), keys);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
