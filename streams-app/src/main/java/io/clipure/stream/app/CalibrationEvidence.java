package io.clipure.stream.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.policy.calibration.BinomialInterval;
import io.clipure.stream.policy.calibration.FlagBudget;
import io.clipure.stream.policy.calibration.LabelThresholds;
import io.clipure.stream.policy.calibration.LowConfidence;
import io.clipure.stream.policy.calibration.Reliability;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/**
 * What a calibration rests on.
 *
 * @param figures the ordinary images as they are judged with it
 * @param skipped images left out, by reason
 * @param flags the suspicion threshold
 * @param low the low-confidence thresholds
 * @param labelled what true labels gave; empty: none were known
 * @param attacked the attacked images; empty: none were given
 * @param suspicionModel where the suspicion model comes from, for people
 */
record CalibrationEvidence(
    List<CalibrationFigures> figures,
    SortedMap<String, Integer> skipped,
    FlagBudget.Chosen flags,
    LowConfidence low,
    Optional<Calibrated.Labelled> labelled,
    Optional<Calibrated.Attacked> attacked,
    String suspicionModel) {
  private static final double[] QUANTILES = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1};

  /** As the calibration file holds it. */
  ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode left = root.putObject("skipped");
    skipped.forEach(left::put);
    root.put("suspicion_model", suspicionModel);
    share(root.putObject("false_flags"), flags.flagged(), flags.images(), flags.interval())
        .put("bound", flags.bound());
    share(root.putObject("low_confidence"), low.low(), low.images(), low.interval());
    attacked.ifPresent(
        seen ->
            share(
                root.putObject("attacked_flagged"),
                seen.flagged(),
                seen.images(),
                seen.interval()));
    ObjectNode quantiles = root.putObject("quantiles");
    quantiles(quantiles.putObject("top_score"), CalibrationFigures::topScore);
    quantiles(quantiles.putObject("margin"), CalibrationFigures::margin);
    quantiles(quantiles.putObject("suspicion"), CalibrationFigures::suspicion);
    labelled.ifPresent(known -> labelled(root, known));
    return root;
  }

  private static void labelled(ObjectNode root, Calibrated.Labelled known) {
    root.put("labelled_images", known.images());
    known
        .temperature()
        .ifPresent(
            fit ->
                root.putObject("temperature")
                    .put("determined", fit.determined())
                    .put("negative_log_likelihood_at_1", fit.before())
                    .put("negative_log_likelihood", fit.after()));
    ObjectNode reliability = root.putObject("reliability");
    diagrams(reliability.putObject("before"), known.before());
    diagrams(reliability.putObject("after"), known.after());
    ObjectNode labels = root.putObject("labels");
    known.labels().forEach((label, outcome) -> label(labels.putObject(label), outcome));
  }

  private static void label(ObjectNode node, LabelThresholds.Outcome outcome) {
    if (outcome instanceof LabelThresholds.Chosen chosen) {
      node.put("threshold", chosen.threshold())
          .put("found", chosen.found())
          .put("images", chosen.images())
          .put("others", chosen.others());
      interval(node.putArray("precision"), chosen.precision());
      interval(node.putArray("recall"), chosen.recall());
    } else if (outcome instanceof LabelThresholds.TooFew few) {
      node.put("too_few", few.images()).put("needed", few.needed());
    } else {
      LabelThresholds.Unreachable unreachable = (LabelThresholds.Unreachable) outcome;
      node.put("unreachable_best", unreachable.best()).put("images", unreachable.images());
    }
  }

  private static void diagrams(ObjectNode node, Calibrated.Diagrams diagrams) {
    node.put("accuracy", diagrams.accuracy())
        .put("ece_equal_width", diagrams.width().error())
        .put("ece_equal_mass", diagrams.mass().error());
    ArrayNode bins = node.putArray("bins_equal_width");
    for (Reliability.Bin bin : diagrams.width().bins()) {
      bins.addObject()
          .put("from", bin.from())
          .put("to", bin.to())
          .put("images", bin.images())
          .put("confidence", bin.confidence())
          .put("accuracy", bin.accuracy());
    }
  }

  private static ObjectNode share(
      ObjectNode node, int hits, int images, BinomialInterval interval) {
    node.put("flagged", hits).put("images", images);
    interval(node.putArray("interval"), interval);
    return node;
  }

  private static void interval(ArrayNode array, BinomialInterval interval) {
    array.add(interval.lower()).add(interval.upper());
  }

  private void quantiles(ObjectNode node, ToDoubleFunction<CalibrationFigures> figure) {
    double[] sorted = figures.stream().mapToDouble(figure).sorted().toArray();
    for (double share : QUANTILES) {
      int rank = (int) Math.ceil(share * sorted.length);
      node.put(String.valueOf(share), sorted[Math.max(0, rank - 1)]);
    }
  }

  /** Suspicion scores of the ordinary images. */
  double[] suspicion() {
    return Arrays.stream(figures.toArray(CalibrationFigures[]::new))
        .mapToDouble(CalibrationFigures::suspicion)
        .toArray();
  }
}
