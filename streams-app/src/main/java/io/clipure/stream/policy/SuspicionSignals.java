package io.clipure.stream.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The named signals that a suspicion model may weigh. Scores are those after purification unless
 * said otherwise; a signal of views is 0 for an image that was seen once.
 *
 * <ul>
 *   <li>{@code view-tv-mean}: mean over views of the total variation between the image's scores and
 *       the view's, 0..1: how much of the probability moves when the picture does
 *   <li>{@code view-tv-max}: the largest of them
 *   <li>{@code view-embedding-distance}: mean over views of 1 − cos(image, view), before
 *       purification
 *   <li>{@code view-top-changed}: share of views with another top label than the image
 *   <li>{@code view-harm-gap}: largest over views of the probability of REVIEW and BLOCK labels,
 *       less the image's own: what a harmful image that passes as harmless hides
 *   <li>{@code purification-tv}: total variation of the image's scores before and after
 *       purification
 *   <li>{@code label-change}: 1 if purification changed the top label
 *   <li>{@code displacement}: angle of the purification, radians
 *   <li>{@code anchor-cosine}: cosine to the blank anchor, before purification
 *   <li>{@code margin}: best score less the second best
 *   <li>{@code entropy}: entropy of the label scores, nats
 *   <li>{@code prompt-distance}: 1 − cosine to the nearest prompt, before purification: distance to
 *       where clean embeddings lie
 * </ul>
 */
public final class SuspicionSignals {
  /** Every name, in the order of the list above. */
  public static final List<String> NAMES =
      List.of(
          "view-tv-mean",
          "view-tv-max",
          "view-embedding-distance",
          "view-top-changed",
          "view-harm-gap",
          "purification-tv",
          "label-change",
          "displacement",
          "anchor-cosine",
          "margin",
          "entropy",
          "prompt-distance");

  /** Stands for no signal in particular. */
  public static final String COMBINED = "combined";

  private SuspicionSignals() {}

  /** What a signal is, in at most 23 characters; empty: no signal of this version. */
  public static Optional<String> words(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "view-tv-mean" -> "moves with the picture";
          case "view-tv-max" -> "the same, worst view";
          case "view-embedding-distance" -> "image to its views";
          case "view-top-changed" -> "views with another top";
          case "view-harm-gap" -> "harm only views show";
          case "purification-tv", "total-variation" -> "moved by purification";
          case "label-change" -> "top label changed by it";
          case "displacement" -> "its angle, radians";
          case "anchor-cosine" -> "to the blank prompt";
          case "margin" -> "best less second best";
          case "entropy" -> "spread of the scores";
          case "prompt-distance" -> "to the nearest prompt";
          default -> null;
        });
  }

  /** The signal an explanation begins with, strongest first; {@link #COMBINED} if with none. */
  static String strongest(String explanation) {
    return NAMES.stream().filter(explanation::startsWith).findFirst().orElse(COMBINED);
  }

  /** All signals by name. */
  static Map<String, Double> of(SuspicionEvidence evidence) {
    double[] before = evidence.scoresBefore();
    double[] after = evidence.scoresAfter();
    int top = Scores.top(after);
    Map<String, Double> signals = new TreeMap<>();
    views(evidence, top, signals);
    signals.put("purification-tv", Scores.totalVariation(before, after));
    signals.put("label-change", Scores.top(before) == top ? 0.0 : 1.0);
    signals.put("displacement", evidence.rotation().displacement());
    signals.put("anchor-cosine", evidence.rotation().cosineBefore());
    signals.put("margin", Scores.margin(after, top));
    signals.put("entropy", entropy(after));
    signals.put("prompt-distance", 1 - evidence.bestPromptCosine());
    return signals;
  }

  private static void views(SuspicionEvidence evidence, int top, Map<String, Double> signals) {
    double[] own = evidence.scoresAfter();
    List<Label> labels = evidence.labelSet().labels();
    int count = evidence.views().size();
    double variation = 0;
    double largest = 0;
    double distance = 0;
    double changed = 0;
    double harm = count == 0 ? harm(own, labels) : Double.NEGATIVE_INFINITY;
    for (SuspicionEvidence.SeenView view : evidence.views()) {
      double apart = Scores.totalVariation(own, view.scoresAfter());
      variation += apart;
      largest = Math.max(largest, apart);
      distance += 1 - UnitVector.dot(evidence.unitEmbedding(), view.unitEmbedding());
      changed += Scores.top(view.scoresAfter()) == top ? 0 : 1;
      harm = Math.max(harm, harm(view.scoresAfter(), labels));
    }
    int most = Math.max(1, count);
    signals.put("view-tv-mean", variation / most);
    signals.put("view-tv-max", largest);
    signals.put("view-embedding-distance", distance / most);
    signals.put("view-top-changed", changed / most);
    signals.put("view-harm-gap", harm - harm(own, labels));
  }

  private static double harm(double[] scores, List<Label> labels) {
    double sum = 0;
    for (int k = 0; k < scores.length; k++) {
      sum += labels.get(k).action() == Action.ALLOW ? 0 : scores[k];
    }
    return sum;
  }

  private static double entropy(double[] scores) {
    double sum = 0;
    for (double score : scores) {
      sum -= score > 0 ? score * StrictMath.log(score) : 0;
    }
    return sum;
  }
}
