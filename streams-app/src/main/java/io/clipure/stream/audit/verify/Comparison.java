package io.clipure.stream.audit.verify;

import io.clipure.schemas.Flag;
import io.clipure.schemas.ImageFacts;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.SeenView;
import io.clipure.stream.policy.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * A record against what was derived now, field by field: words must be equal, numbers within a
 * tolerance.
 *
 * <p><b>Threading</b>: one use, one thread.
 */
public final class Comparison {
  private final Tolerance tolerance;
  private final List<Difference> differences = new ArrayList<>();
  private double largest;
  private boolean exact = true;

  /**
   * What a comparison found.
   *
   * @param differences what is not the same
   * @param largest largest difference of a number that was compared, within the tolerance or not
   * @param exact whether everything is the same to the bit
   */
  public record Result(List<Difference> differences, double largest, boolean exact) {}

  private Comparison(Tolerance tolerance) {
    this.tolerance = tolerance;
  }

  /** Compares. */
  public static Result of(LabelledImage recorded, Derived now, Tolerance tolerance) {
    Comparison comparison = new Comparison(tolerance);
    comparison.verdict(recorded, now.verdict());
    List<String> transforms = null;
    if (now instanceof Derived.FromImage image) {
      transforms = image.transforms();
      comparison.facts(recorded.getImage(), image.facts());
      comparison.embeddings(recorded, image);
    }
    comparison.views(recorded.getViews(), now.verdict().views(), transforms);
    return new Result(List.copyOf(comparison.differences), comparison.largest, comparison.exact);
  }

  private void verdict(LabelledImage recorded, Verdict now) {
    words("decision", recorded.getDecision().name(), now.decision().name());
    words("decidedBy", recorded.getDecidedBy(), now.decidedBy());
    words("topLabel", recorded.getTopLabel(), now.topLabel());
    number("topScore", recorded.getTopScore(), now.topScore());
    number("margin", recorded.getMargin(), now.margin());
    scores(recorded.getScores(), now.scores());
    flags(recorded.getFlags(), now.flags());
    words("suspicion.rule", recorded.getSuspicion().getRule(), now.suspicion().rule());
    number("suspicion.score", recorded.getSuspicion().getScore(), now.suspicion().score());
    number(
        "suspicion.threshold", recorded.getSuspicion().getThreshold(), now.suspicion().threshold());
    signals(recorded.getSuspicion().getSignals(), now.suspicion().signals());
    words("purification.method", recorded.getPurification().getMethod(), now.purifier());
    number(
        "purification.cosineBefore",
        recorded.getPurification().getCosineBefore(),
        now.purification().cosineBefore());
    number(
        "purification.cosineAfter",
        recorded.getPurification().getCosineAfter(),
        now.purification().cosineAfter());
    number(
        "purification.displacement",
        recorded.getPurification().getDisplacement(),
        now.purification().displacement());
    words(
        "purification.topLabelChanged",
        recorded.getPurification().getTopLabelChanged(),
        now.topLabelChanged());
  }

  private void scores(List<LabelScore> recorded, List<Verdict.LabelScore> now) {
    List<String> labels = now.stream().map(score -> score.label().id()).toList();
    if (!words("scores", recorded.stream().map(LabelScore::getLabel).toList(), labels)) {
      return;
    }
    for (int k = 0; k < labels.size(); k++) {
      String place = "scores[" + labels.get(k) + "].";
      number(place + "score", recorded.get(k).getScore(), now.get(k).score());
      number(place + "scoreBefore", recorded.get(k).getScoreBefore(), now.get(k).scoreBefore());
      words(place + "group", recorded.get(k).getGroup(), now.get(k).label().group());
      words(place + "threshold", recorded.get(k).getThreshold(), now.get(k).label().threshold());
    }
  }

  /** Kinds must be equal; reasons hold rounded figures, so they only speak against "exact". */
  private void flags(List<Flag> recorded, List<Verdict.Flag> now) {
    words(
        "flags",
        recorded.stream().map(flag -> flag.getKind().name()).sorted().toList(),
        now.stream().map(flag -> flag.kind().name()).sorted().toList());
    exact &=
        recorded.stream()
            .map(Flag::getReason)
            .toList()
            .equals(now.stream().map(Verdict.Flag::reason).toList());
  }

  private void signals(Map<String, Double> recorded, Map<String, Double> now) {
    if (words("suspicion.signals", new TreeSet<>(recorded.keySet()), new TreeSet<>(now.keySet()))) {
      now.forEach(
          (name, value) -> number("suspicion.signals[" + name + "]", recorded.get(name), value));
    }
  }

  private void facts(ImageFacts recorded, ImageFacts now) {
    words("image.sha256", recorded.getSha256(), now.getSha256());
    words("image.format", recorded.getFormat(), now.getFormat());
    words("image.width", recorded.getWidth(), now.getWidth());
    words("image.height", recorded.getHeight(), now.getHeight());
    words("image.bytes", recorded.getBytes(), now.getBytes());
    words("image.orientation", recorded.getOrientation(), now.getOrientation());
    if (recorded.getPixelsSha256() != null) {
      words("image.pixelsSha256", recorded.getPixelsSha256(), now.getPixelsSha256());
    }
  }

  private void views(List<SeenView> recorded, List<Verdict.SeenView> now, List<String> transforms) {
    if (!words("views", recorded.size(), now.size())) {
      return;
    }
    for (int v = 0; v < now.size(); v++) {
      String place = "views[" + v + "].";
      if (transforms != null) {
        words(place + "transform", recorded.get(v).getTransform(), transforms.get(v));
      }
      words(place + "topLabel", recorded.get(v).getTopLabel(), now.get(v).topLabel());
      words(place + "decision", recorded.get(v).getDecision().name(), now.get(v).decision().name());
      number(place + "topScore", recorded.get(v).getTopScore(), now.get(v).topScore());
      number(
          place + "totalVariation",
          recorded.get(v).getTotalVariation(),
          now.get(v).totalVariation());
    }
  }

  private void embeddings(LabelledImage recorded, Derived.FromImage now) {
    float[][] fresh = now.embeddings().views();
    if (recorded.getEmbedding() != null) {
      embedding("embedding", StoredEmbedding.compare(recorded.getEmbedding(), fresh[0]));
    }
    if (!recorded.getViewEmbeddings().isEmpty()
        && words("viewEmbeddings", recorded.getViewEmbeddings().size(), fresh.length - 1)) {
      for (int v = 1; v < fresh.length; v++) {
        embedding(
            "viewEmbeddings[" + (v - 1) + "]",
            StoredEmbedding.compare(recorded.getViewEmbeddings().get(v - 1), fresh[v]));
      }
    }
  }

  private void embedding(String field, StoredEmbedding.Result result) {
    exact &= result.same();
    if (!result.close()) {
      differences.add(new Difference(field, result.recorded(), result.now(), result.largest()));
    }
  }

  private boolean words(String field, Object recorded, Object now) {
    if (Objects.equals(recorded, now)) {
      return true;
    }
    exact = false;
    differences.add(Difference.of(field, recorded, now));
    return false;
  }

  private void number(String field, double recorded, double now) {
    if (Double.compare(recorded, now) == 0) {
      return;
    }
    exact = false;
    largest = Math.max(largest, Math.abs(now - recorded));
    if (!tolerance.holds(recorded, now)) {
      differences.add(Difference.of(field, recorded, now));
    }
  }
}
