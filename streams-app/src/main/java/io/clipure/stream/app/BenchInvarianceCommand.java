package io.clipure.stream.app;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.Judge;
import io.clipure.stream.policy.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench invariance}: does a verdict depend on who else was in the batch? */
@Command(
    name = "invariance",
    header = "Whether verdicts depend on the batch.",
    description = {
      "Judges the same images alone and in random mixes and sizes of batches, and "
          + "reports how far scores move and how many verdicts flip. Exit code 1 if any "
          + "verdict flips."
    })
final class BenchInvarianceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Folder of images (default: the bundled demo images).")
  private Path images;

  @Option(
      names = "--batches",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Random batches (default: ${DEFAULT-VALUE}).")
  private int batches;

  @Option(
      names = "--max-images",
      paramLabel = "N",
      defaultValue = "200",
      description = "Distinct images at the most (default: ${DEFAULT-VALUE}).")
  private int maxImages;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the mixes (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() throws IOException {
    AppConfig config = configuration.load(model.settings(), Map.of());
    Home home = Home.locate();
    try (Engines engines = Engines.open(config, home);
        ImageEncoder encoder = engines.openEncoder(engines.devices().get(0))) {
      List<ImageViews> pixels =
          BenchImages.prepared(images == null ? home.demoFolder() : images, engines, maxImages)
              .stream()
              .map(engines::views)
              .toList();
      Result result =
          measure(encoder, engines.judge(), pixels, batches, config.batching().maxBatch(), seed);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "%d images in %d random batches of 1 to %d (%d encodings): %d verdict flips, "
              + "largest score difference %.3g%n",
          pixels.size(),
          batches,
          config.batching().maxBatch(),
          result.encodings(),
          result.flips(),
          result.largestDifference());
      return result.flips() == 0 ? ExitCode.OK : ExitCode.FINDINGS;
    }
  }

  /**
   * What was seen.
   *
   * @param encodings images encoded in batches
   * @param flips verdicts whose decision, label or flags differ from the image alone
   * @param largestDifference of any label's score, before or after purification, or of suspicion
   */
  record Result(long encodings, long flips, double largestDifference) {}

  /** Compares random batches with every image alone. */
  static Result measure(
      ImageEncoder encoder,
      Judge judge,
      List<ImageViews> pixels,
      int batches,
      int maxBatch,
      long seed) {
    List<Verdict> alone = new ArrayList<>();
    for (ImageViews image : pixels) {
      alone.add(judge.judge(encoder.encodeViews(List.of(image)).get(0)));
    }
    SplittableRandom random = new SplittableRandom(seed);
    long encodings = 0;
    long flips = 0;
    double largest = 0;
    for (int i = 0; i < batches; i++) {
      int size = 1 + random.nextInt(maxBatch);
      List<Integer> members = new ArrayList<>();
      List<ImageViews> batch = new ArrayList<>();
      for (int k = 0; k < size; k++) {
        int member = random.nextInt(pixels.size());
        members.add(member);
        batch.add(pixels.get(member));
      }
      List<ImageEmbeddings> embeddings = encoder.encodeViews(batch);
      for (int k = 0; k < size; k++) {
        Verdict expected = alone.get(members.get(k));
        Verdict seen = judge.judge(embeddings.get(k));
        encodings++;
        flips += same(expected, seen) ? 0 : 1;
        largest = Math.max(largest, difference(expected, seen));
      }
    }
    return new Result(encodings, flips, largest);
  }

  private static boolean same(Verdict a, Verdict b) {
    return a.decision() == b.decision()
        && a.decidedBy().equals(b.decidedBy())
        && a.topLabel().equals(b.topLabel())
        && a.topLabelChanged() == b.topLabelChanged()
        && a.flags().stream()
            .map(Verdict.Flag::kind)
            .toList()
            .equals(b.flags().stream().map(Verdict.Flag::kind).toList());
  }

  private static double difference(Verdict a, Verdict b) {
    double largest = Math.abs(a.suspicion().score() - b.suspicion().score());
    for (int i = 0; i < a.scores().size(); i++) {
      Verdict.LabelScore x = a.scores().get(i);
      Verdict.LabelScore y = b.scores().get(i);
      largest = Math.max(largest, Math.abs(x.score() - y.score()));
      largest = Math.max(largest, Math.abs(x.scoreBefore() - y.scoreBefore()));
    }
    return largest;
  }
}
