package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.ReviewDecision;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.audit.review.ReviewEstimator;
import io.clipure.stream.audit.review.Stratum;
import io.clipure.stream.config.AppConfig;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code review report}: precision and recall of the verdicts, from what people decided. */
@Command(
    name = "report",
    header = "Precision and recall by label and by decision, from what people decided.",
    description = {
      "Joins the reviews topic with the verdicts from --from to --to, and estimates for all of these"
          + " verdicts, reviewed or not. Each review counts for as many verdicts as its chance of"
          + " being exported says; verdicts are counted by stratum and class. Intervals (95 %%) are"
          + " simulated from the posterior of every cell's share, with Jeffreys' prior and a fixed"
          + " seed: what nobody reviewed may be anything and widens them. With --topic, verdicts of"
          + " another run, e.g. of replay, are held against the same reviews.%n",
      "Example:",
      "  clipure-stream review report --config app.properties --from 7d%n"
    })
public final class ReviewReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private LabelledRange range;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final ReviewEstimator decisions = new ReviewEstimator();
  private final ReviewEstimator labels = new ReviewEstimator();
  private final Set<String> joined = new HashSet<>();

  @Override
  public Integer call() {
    AppConfig config = configuration.load().requireCluster();
    TopicRange stretch = range.plan(config);
    Map<String, ReviewDecision> reviews = new ReviewsTopic(config).read();
    if (reviews.isEmpty()) {
      throw new RefusedException(
          "topic %s holds no review; see review export and review import"
              .formatted(config.topics().reviews()));
    }
    LabelledRange.Account account;
    try (LiveLine live =
        new LiveLine(spec.commandLine().getErr(), spec.commandLine().getColorScheme().ansi())) {
      account =
          LabelledRange.read(
              config,
              stretch,
              live,
              "offsets read",
              (at, verdict) -> count(verdict, reviews.get(verdict.getId())));
    }
    account
        .warnings()
        .forEach(
            warning ->
                spec.commandLine().getErr().println("clipure-stream: " + SafeText.of(warning)));
    ReviewReport report =
        new ReviewReport(
            stretch.topic(), account.verdicts(), reviews.size(), joined.size(), decisions, labels);
    spec.commandLine().getOut().println(json ? report.json() : report.text());
    return ExitCode.OK;
  }

  private void count(LabelledImage verdict, ReviewDecision review) {
    Stratum stratum = Stratum.of(verdict);
    decisions.verdict(stratum, verdict.getDecision().name());
    labels.verdict(stratum, verdict.getTopLabel());
    // An event that was labelled twice was reviewed once.
    if (review == null || !joined.add(verdict.getId())) {
      return;
    }
    double chance = review.getSampling().getInclusionProbability();
    if (review.getDecision() != null) {
      decisions.review(
          stratum, verdict.getDecision().name(), Set.of(review.getDecision().name()), chance);
    }
    if (!review.getLabels().isEmpty()) {
      labels.review(stratum, verdict.getTopLabel(), Set.copyOf(review.getLabels()), chance);
    }
  }
}
