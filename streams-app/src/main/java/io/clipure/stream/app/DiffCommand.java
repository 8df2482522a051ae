package io.clipure.stream.app;

import io.clipure.stream.audit.diff.Budget;
import io.clipure.stream.audit.diff.ChangesCsv;
import io.clipure.stream.audit.diff.Comparison;
import io.clipure.stream.audit.diff.DiffFigures;
import io.clipure.stream.audit.diff.DiffHtml;
import io.clipure.stream.audit.diff.DiffJson;
import io.clipure.stream.audit.diff.DiffReport;
import io.clipure.stream.audit.diff.Picture;
import io.clipure.stream.audit.diff.RunSource;
import io.clipure.stream.audit.diff.Side;
import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code diff}: what would have been decided otherwise. */
@Command(
    name = "diff",
    header = "Compares two runs over the same images, and writes a report.",
    description = {
      "Joins two topics of verdicts on event id and says what changed: decisions, labels, scores, "
          + "flags, cost, and which images are missing. Larger than memory: records wait in "
          + "temporary files. It joins no consumer group and commits nothing.%n",
      "Writes diff.html (one page, with the pictures), diff.csv (a row for each changed image) and "
          + "diff.json.%n",
      "Examples:",
      "  clipure-stream diff --config app.properties --after images.labelled.candidate",
      "  clipure-stream diff --config app.properties --after shadow --from 24h"
          + " --fail-if \"block-lost > 0.1%%\" --fail-if \"joined < 1000\"%n",
      "Budgets are about: " + DiffCommand.METRICS + ".%n"
    })
public final class DiffCommand implements Callable<Integer> {
  static final String METRICS =
      "decisions-changed, block-lost, block-gained, review-lost, review-gained, allow-lost,"
          + " allow-gained, top-label-changed, flags-gained, flags-lost, content-changed (shares of"
          + " the images that both runs labelled), dead-lettered, missing (of those labelled"
          + " before), recovered, extra (of those labelled after), duplicates, unreadable (of all"
          + " records), and the counts deleted and joined";

  /** Ids of missing and extra events that the report names. */
  private static final int LISTED = 100;

  private static final long MOST_MEMORY = 1L << 30;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private DiffOptions options;

  @Override
  public Integer call() throws IOException {
    AppConfig config = configuration.load().requireCluster();
    List<Budget> budgets = options.budgets();
    int show = options.show();
    Path out = directory("--out", options.out());
    Path temp = Files.createTempDirectory(directory("--temp", options.temp()), "clipure-diff");
    temp.toFile().deleteOnExit();
    try (LiveLine live =
            new LiveLine(spec.commandLine().getErr(), spec.commandLine().getColorScheme().ansi());
        Comparison comparison = new Comparison(temp, memory(), show, LISTED)) {
      DiffRuns runs = new DiffRuns(config, live, options.sample(config));
      runs.plan(options);
      Map<Side, RunSource> sources = runs.read(comparison);
      DiffFigures figures = compare(comparison, out.resolve("diff.csv"));
      DiffReport report =
          new DiffReport(
              comparison.facts(Side.BEFORE, sources.get(Side.BEFORE)),
              comparison.facts(Side.AFTER, sources.get(Side.AFTER)),
              figures);
      List<Budget.Answer> answers = report.answers(budgets);
      write(out.resolve("diff.json"), DiffJson.write(report, answers));
      write(
          out.resolve("diff.html"),
          DiffHtml.write(report, answers, pictures(config, figures, live)));
      new DiffSummary(spec.commandLine().getOut()).print(report, answers, out);
      if (answers.stream().anyMatch(Budget.Answer::broken)) {
        return ExitCode.OVER_BUDGET;
      }
      return figures.joined() == 0 ? ExitCode.FINDINGS : ExitCode.OK;
    } finally {
      Files.deleteIfExists(temp);
    }
  }

  /** A quarter of the heap: the rest is for Kafka's fetches, and for the images that are shown. */
  private static long memory() {
    return Math.min(MOST_MEMORY, Runtime.getRuntime().maxMemory() / 4);
  }

  private static Path directory(String option, Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new RefusedException(
          "%s %s is not a folder that can be made or written; name another".formatted(option, path),
          e);
    }
  }

  private static DiffFigures compare(Comparison comparison, Path file) throws IOException {
    Path part = part(file);
    DiffFigures figures;
    try (Writer out = Files.newBufferedWriter(part)) {
      ChangesCsv csv = new ChangesCsv(out);
      figures =
          comparison.compare(
              change -> {
                try {
                  csv.write(change);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    replace(part, file);
    return figures;
  }

  private Map<String, Picture> pictures(AppConfig config, DiffFigures figures, LiveLine live) {
    Set<String> topics = options.imageTopics(config);
    if (topics.isEmpty()) {
      return Map.of();
    }
    try (DiffPictures pictures = DiffPictures.open(config, topics)) {
      return pictures.of(figures, live);
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path part = part(file);
    Files.write(part, content);
    replace(part, file);
  }

  private static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  /** A reader never sees half a file. */
  private static void replace(Path part, Path file) throws IOException {
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
