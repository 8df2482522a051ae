package io.clipure.stream.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.audit.review.Estimate;
import io.clipure.stream.audit.review.ReviewEstimator;
import io.clipure.stream.audit.review.Stratum;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What reviews say of verdicts, for people and for scripts; the same input gives the same bytes.
 *
 * @param topic topic of the verdicts
 * @param verdicts verdicts read
 * @param reviews reviews in force, on these verdicts or on others
 * @param joined reviews on these verdicts
 * @param decisions estimates by decision
 * @param labels estimates by top label
 */
record ReviewReport(
    String topic,
    long verdicts,
    int reviews,
    int joined,
    ReviewEstimator decisions,
    ReviewEstimator labels) {
  private static final String ROW = "%-20s %9s %8s %6s  %-25s %s";

  /** Text of several lines. */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d of %d verdicts of %s are reviewed; %d reviews are of other events"
            .formatted(joined, verdicts, topic, reviews - joined));
    lines.add("Estimates for all of the verdicts, with 95 % intervals:");
    lines.add("  right decisions               " + text(decisions.agreement()));
    for (Stratum stratum : Stratum.values()) {
      lines.add(
          "  wrong decisions %-13s %s, %d of %d reviewed"
              .formatted(
                  stratum == Stratum.FLAGGED ? "if flagged" : "if not",
                  text(decisions.errors(stratum)),
                  decisions.reviewed(stratum),
                  decisions.verdicts(stratum)));
    }
    if (labels.reviewed() > 0) {
      lines.add("  right top labels              " + text(labels.agreement()));
    }
    table(lines, "DECISION", decisions.classes());
    table(lines, "LABEL", labels.classes());
    return String.join(System.lineSeparator(), lines);
  }

  private static void table(
      List<String> lines, String title, List<ReviewEstimator.Quality> classes) {
    List<ReviewEstimator.Quality> known =
        classes.stream().filter(one -> one.reviewed() + one.truly() > 0).toList();
    lines.add("");
    lines.add(ROW.formatted(title, "VERDICTS", "REVIEWED", "TRULY", "PRECISION", "RECALL"));
    for (ReviewEstimator.Quality one : known) {
      lines.add(
          ROW.formatted(
              SafeText.cut(SafeText.of(one.name()), 20),
              one.verdicts(),
              one.reviewed(),
              one.truly(),
              text(one.precision()),
              text(one.recall())));
    }
    if (known.size() < classes.size()) {
      lines.add(
          "and %d of which nobody reviewed anything".formatted(classes.size() - known.size()));
    }
  }

  private static String text(Estimate estimate) {
    return (estimate.value().isPresent() ? percent(estimate.value().getAsDouble()) : "unknown")
        + String.format(
            Locale.ROOT, " (%.1f to %.1f %%)", 100 * estimate.low(), 100 * estimate.high());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** One JSON object, indented. */
  String json() {
    JsonMapper json = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    ObjectNode root = json.createObjectNode();
    root.put("topic", topic)
        .put("verdicts", verdicts)
        .put("reviews", reviews)
        .put("joined", joined)
        .put("confidence", 0.95)
        .put("interval", "post-stratified, Jeffreys posterior, simulated with a fixed seed");
    put(root.putObject("rightDecisions"), decisions.agreement());
    for (Stratum stratum : Stratum.values()) {
      ObjectNode errors = root.withObject("/wrongDecisions/" + stratum.id());
      put(errors, decisions.errors(stratum));
      errors
          .put("verdicts", decisions.verdicts(stratum))
          .put("reviewed", decisions.reviewed(stratum));
    }
    put(root.putObject("rightTopLabels"), labels.agreement());
    classes(root.putArray("decisions"), decisions.classes());
    classes(root.putArray("labels"), labels.classes());
    try {
      return json.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report could not be written as JSON", e);
    }
  }

  private static void classes(ArrayNode array, List<ReviewEstimator.Quality> classes) {
    for (ReviewEstimator.Quality one : classes) {
      ObjectNode node =
          array
              .addObject()
              .put("name", one.name())
              .put("verdicts", one.verdicts())
              .put("reviewed", one.reviewed())
              .put("truly", one.truly());
      put(node.putObject("precision"), one.precision());
      put(node.putObject("recall"), one.recall());
    }
  }

  private static void put(ObjectNode node, Estimate estimate) {
    if (estimate.value().isPresent()) {
      node.put("value", estimate.value().getAsDouble());
    } else {
      node.putNull("value");
    }
    node.put("low", estimate.low()).put("high", estimate.high());
  }
}
