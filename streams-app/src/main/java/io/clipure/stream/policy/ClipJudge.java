package io.clipure.stream.policy;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.views.ViewPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Zero-shot scores of one label set under one bundle, and what follows from them. For every view,
 * with u its unit embedding: s = u · w for every prompt, purification in closed form, softmax of
 * logit scale × cosine over all prompts, summed per label, before and after purification; then
 * {@link DecisionRule} over the views, the low-confidence flag and the suspicion rule, all on the
 * scores after purification.
 *
 * <p><b>Threading</b>: immutable; any number of threads may judge at once. The same embeddings give
 * the same verdict, to the bit, whatever is judged besides.
 */
public final class ClipJudge implements Judge {
  private final LabelSet labelSet;
  private final List<Label> labels;
  private final PromptMatrix prompts;
  private final Purifier purifier;
  private final ViewScorer scorer;
  private final ViewPlan plan;
  private final SuspicionRule suspicionRule;
  private final Decisions decisions;
  private final ViewDecision viewDecision;
  private final ConfidenceRule confidenceRule;
  private final Thresholds thresholds;
  private final List<String> warnings;

  /**
   * Creates a judge.
   *
   * @param labels the set's labels with the thresholds in force
   */
  ClipJudge(
      LabelSet labelSet,
      List<Label> labels,
      PromptMatrix prompts,
      Purifier purifier,
      ViewPlan plan,
      SuspicionRule suspicionRule,
      Thresholds thresholds,
      ViewDecision viewDecision,
      List<String> warnings) {
    this.labelSet = labelSet;
    this.labels = List.copyOf(labels);
    this.prompts = prompts;
    this.purifier = purifier;
    this.scorer = new ViewScorer(prompts, purifier);
    this.plan = plan;
    this.suspicionRule = suspicionRule;
    this.decisions = new Decisions(new DecisionRule(labels), viewDecision);
    this.viewDecision = viewDecision;
    this.confidenceRule = new ConfidenceRule(labels, thresholds);
    this.thresholds = thresholds;
    this.warnings = List.copyOf(warnings);
  }

  @Override
  public LabelSet labelSet() {
    return labelSet;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  /** Top score below which a verdict is low-confidence. */
  public double lowConfidenceScore() {
    return thresholds.lowConfidenceScore();
  }

  /** The same for the margin over the second best label. */
  public double lowConfidenceMargin() {
    return thresholds.lowConfidenceMargin();
  }

  /** What judging computes with, for attacks and measurements. */
  public ScoreModel scoreModel() {
    return new ScoreModel(
        prompts.vectors(),
        prompts.labelOf(),
        prompts.logitScale(),
        prompts.anchor(),
        prompts.anchorToPrompt(),
        labels,
        purifier,
        viewDecision,
        suspicionRule instanceof ViewDisagreementRule rule ? rule.model() : null,
        thresholds.suspicion());
  }

  @Override
  public Verdict judge(ImageEmbeddings embeddings) {
    List<ViewScores> seen = seen(embeddings);
    ViewScores image = seen.get(0);
    double[] after = image.after();
    Decisions.Result decided = decisions.decide(seen.stream().map(ViewScores::after).toList());
    SuspicionRule.Assessment assessment =
        suspicionRule.assess(SuspicionEvidence.of(labelSet, seen));
    Verdict.Suspicion suspicion =
        new Verdict.Suspicion(
            suspicionRule.id(), assessment.score(), thresholds.suspicion(), assessment.signals());
    int top = Scores.top(after);
    return new Verdict(
        decided.decision().action(),
        id(decided.decision().label()),
        id(top),
        after[top],
        Scores.margin(after, top),
        labelScores(image.before(), after),
        flags(after, decided, suspicion, assessment.explanation()),
        suspicion,
        purifier.id(),
        image.rotation(),
        Scores.top(image.before()) != top,
        labelSet,
        views(seen, decided.perView()));
  }

  private List<ViewScores> seen(ImageEmbeddings embeddings) {
    int count = embeddings.views().length;
    if (count > 1 && count != 1 + plan.extraViews()) {
      throw new IllegalArgumentException(
          "%d embeddings of one image, expected its own and those of the views %s"
              .formatted(count, plan.id()));
    }
    List<ViewScores> seen = new ArrayList<>(count);
    for (int v = 0; v < count; v++) {
      float[] purified = embeddings.purified() == null ? null : embeddings.purified()[v];
      seen.add(scorer.score(embeddings.views()[v], purified));
    }
    return seen;
  }

  private List<Verdict.SeenView> views(
      List<ViewScores> seen, List<DecisionRule.Decision> decisions) {
    List<Verdict.SeenView> views = new ArrayList<>(seen.size() - 1);
    for (int v = 1; v < seen.size(); v++) {
      double[] scores = seen.get(v).after();
      int top = Scores.top(scores);
      views.add(
          new Verdict.SeenView(
              id(top),
              scores[top],
              decisions.get(v).action(),
              Scores.totalVariation(seen.get(0).after(), scores)));
    }
    return views;
  }

  private List<Verdict.LabelScore> labelScores(double[] before, double[] after) {
    List<Verdict.LabelScore> scores = new ArrayList<>(after.length);
    for (int k = 0; k < after.length; k++) {
      scores.add(new Verdict.LabelScore(labels.get(k), after[k], before[k]));
    }
    return scores;
  }

  private List<Verdict.Flag> flags(
      double[] after,
      Decisions.Result decided,
      Verdict.Suspicion suspicion,
      Supplier<String> explanation) {
    List<Verdict.Flag> flags = new ArrayList<>(2);
    confidenceRule.flag(after, decided.decision(), decided.scores()).ifPresent(flags::add);
    if (suspicion.flagged()) {
      String why = explanation.get();
      flags.add(
          new Verdict.Flag(
              Verdict.FlagKind.SUSPECTED_ADVERSARIAL,
              String.format(
                      Locale.ROOT,
                      "suspicion score %.4f (%s) reaches the threshold %.4f",
                      suspicion.score(),
                      suspicion.rule(),
                      suspicion.threshold())
                  + (why.isEmpty() ? "" : ": " + why),
              List.of(SuspicionSignals.strongest(why))));
    }
    return flags;
  }

  private String id(int label) {
    return labels.get(label).id();
  }
}
