package io.clipure.stream.app;

import io.clipure.schemas.FlagKind;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Verdict;
import io.clipure.stream.policy.calibration.SuspicionFit;
import java.util.Map;

/**
 * What a calibration needs of one verdict.
 *
 * @param name file or event id
 * @param topLabel id of the top label
 * @param topScore its score
 * @param margin its margin over the second best
 * @param scores every label's score, in label-set order
 * @param suspicion suspicion score
 * @param signals signals behind it
 * @param decision what was decided
 * @param low whether it is flagged low-confidence
 * @param suspicious whether it is flagged as a suspected attack
 */
record CalibrationFigures(
    String name,
    String topLabel,
    double topScore,
    double margin,
    double[] scores,
    double suspicion,
    Map<String, Double> signals,
    Action decision,
    boolean low,
    boolean suspicious) {

  static CalibrationFigures of(String name, Verdict verdict) {
    return new CalibrationFigures(
        name,
        verdict.topLabel(),
        verdict.topScore(),
        verdict.margin(),
        verdict.scores().stream().mapToDouble(Verdict.LabelScore::score).toArray(),
        verdict.suspicion().score(),
        verdict.suspicion().signals(),
        verdict.decision(),
        verdict.has(Verdict.FlagKind.LOW_CONFIDENCE),
        verdict.has(Verdict.FlagKind.SUSPECTED_ADVERSARIAL));
  }

  static CalibrationFigures of(LabelledImage image) {
    return new CalibrationFigures(
        image.getId(),
        image.getTopLabel(),
        image.getTopScore(),
        image.getMargin(),
        image.getScores().stream().mapToDouble(LabelScore::getScore).toArray(),
        image.getSuspicion().getScore(),
        image.getSuspicion().getSignals(),
        Action.valueOf(image.getDecision().name()),
        has(image, FlagKind.LOW_CONFIDENCE),
        has(image, FlagKind.SUSPECTED_ADVERSARIAL));
  }

  /** A recorded verdict under other thresholds of suspicion and low confidence. */
  CalibrationFigures under(ModelInfo.Calibration calibration) {
    double score =
        calibration.suspicion() == null
            ? suspicion
            : SuspicionFit.score(calibration.suspicion(), signals);
    return new CalibrationFigures(
        name,
        topLabel,
        topScore,
        margin,
        scores,
        score,
        signals,
        decision,
        topScore < calibration.lowConfidenceScore() || margin < calibration.lowConfidenceMargin(),
        score >= calibration.suspicionThreshold());
  }

  private static boolean has(LabelledImage image, FlagKind kind) {
    return image.getFlags().stream().anyMatch(flag -> flag.getKind() == kind);
  }
}
