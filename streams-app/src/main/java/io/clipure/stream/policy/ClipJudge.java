package io.clipure.stream.policy;

import io.clipure.stream.purify.PlanarRotation;
import io.clipure.stream.purify.Purifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Zero-shot scores of one label set under one bundle, and what follows from them. With u the unit
 * image embedding: s = u · w for every prompt, purification in closed form, softmax of logit scale
 * × cosine over all prompts, summed per label, before and after purification; then {@link
 * DecisionRule}, the low-confidence flag and the suspicion rule, all on the scores after
 * purification.
 *
 * <p><b>Threading</b>: immutable; any number of threads may judge at once. The same embedding gives
 * the same verdict, to the bit, whatever is judged besides.
 */
public final class ClipJudge implements Judge {
  private final LabelSet labelSet;
  private final PromptMatrix prompts;
  private final Purifier purifier;
  private final SuspicionRule suspicionRule;
  private final DecisionRule decisionRule;
  private final ConfidenceRule confidenceRule;
  private final double suspicionThreshold;
  private final List<String> warnings;

  ClipJudge(
      LabelSet labelSet,
      PromptMatrix prompts,
      Purifier purifier,
      SuspicionRule suspicionRule,
      Thresholds thresholds,
      List<String> warnings) {
    this.labelSet = labelSet;
    this.prompts = prompts;
    this.purifier = purifier;
    this.suspicionRule = suspicionRule;
    this.decisionRule = new DecisionRule(labelSet.labels());
    this.confidenceRule = new ConfidenceRule(labelSet.labels(), thresholds);
    this.suspicionThreshold = thresholds.suspicion();
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

  @Override
  public Verdict judge(float[] embedding) {
    if (embedding.length != prompts.dimension()) {
      throw new IllegalArgumentException(
          "image embedding has "
              + embedding.length
              + " values, expected "
              + prompts.dimension()
              + ": it was made by another model");
    }
    UnitVector unit = UnitVector.of(embedding, "image embedding");
    double[] cosines = prompts.cosines(unit.values());
    PlanarRotation rotation = purifier.purify(prompts.cosineToAnchor(unit.values()));
    double[] before = prompts.labelScores(cosines);
    double[] after = prompts.labelScores(purified(cosines, rotation));
    DecisionRule.Decision decision = decisionRule.decide(after);
    SuspicionRule.Assessment assessment =
        suspicionRule.assess(
            new SuspicionEvidence(labelSet, unit.values(), unit.radius(), rotation, before, after));
    Verdict.Suspicion suspicion =
        new Verdict.Suspicion(
            suspicionRule.id(), assessment.score(), suspicionThreshold, assessment.signals());
    int top = Scores.top(after);
    return new Verdict(
        decision.action(),
        id(decision.label()),
        id(top),
        after[top],
        Scores.margin(after, top),
        labelScores(before, after),
        flags(after, decision, suspicion),
        suspicion,
        purifier.id(),
        rotation,
        Scores.top(before) != top,
        labelSet);
  }

  private double[] purified(double[] cosines, PlanarRotation rotation) {
    double[] anchorToPrompt = prompts.anchorToPrompt();
    double[] purified = new double[cosines.length];
    for (int p = 0; p < cosines.length; p++) {
      purified[p] = rotation.cosineTo(anchorToPrompt[p], cosines[p]);
    }
    return purified;
  }

  private List<Verdict.LabelScore> labelScores(double[] before, double[] after) {
    List<Verdict.LabelScore> scores = new ArrayList<>(after.length);
    for (int k = 0; k < after.length; k++) {
      scores.add(new Verdict.LabelScore(labelSet.labels().get(k), after[k], before[k]));
    }
    return scores;
  }

  private List<Verdict.Flag> flags(
      double[] after, DecisionRule.Decision decision, Verdict.Suspicion suspicion) {
    List<Verdict.Flag> flags = new ArrayList<>(2);
    confidenceRule.flag(after, decision).ifPresent(flags::add);
    if (suspicion.flagged()) {
      flags.add(
          new Verdict.Flag(
              Verdict.FlagKind.SUSPECTED_ADVERSARIAL,
              String.format(
                  Locale.ROOT,
                  "suspicion score %.4f (%s) reaches the threshold %.4f",
                  suspicion.score(),
                  suspicion.rule(),
                  suspicion.threshold())));
    }
    return flags;
  }

  private String id(int label) {
    return labelSet.labels().get(label).id();
  }
}
