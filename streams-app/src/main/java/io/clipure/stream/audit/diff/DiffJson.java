package io.clipure.stream.audit.diff;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The report as JSON: everything the page says, for machines. The same report, the same bytes. */
public final class DiffJson {
  /** Changes with the meaning of a field. */
  public static final String FORMAT = "clipure-diff/1";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private DiffJson() {}

  /** Writes the report. */
  public static byte[] write(DiffReport report, List<Budget.Answer> answers) {
    DiffFigures figures = report.figures();
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("headline", Words.headline(figures));
    root.set("warnings", JSON.valueToTree(Warnings.of(report)));
    root.set("budgets", JSON.valueToTree(answers));
    root.set("differences", JSON.valueToTree(Difference.of(report)));
    root.set("before", JSON.valueToTree(report.before()));
    root.set("after", JSON.valueToTree(report.after()));
    ObjectNode metrics = root.putObject("metrics");
    for (Metric metric : Metric.values()) {
      Rate value = metric.of(report);
      metrics.set(
          metric.key(),
          metric.countOnly()
              ? JSON.getNodeFactory().numberNode(value.hits())
              : JSON.valueToTree(value));
    }
    ObjectNode tree = JSON.createObjectNode();
    put(tree, figures);
    root.set("figures", tree);
    try {
      return (JSON.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of ours cannot be written", e);
    }
  }

  private static void put(ObjectNode tree, DiffFigures figures) {
    tree.put("joined", figures.joined());
    tree.put("labelledBefore", figures.labelledBefore());
    tree.put("labelledAfter", figures.labelledAfter());
    tree.put("duplicatesBefore", figures.duplicatesBefore());
    tree.put("duplicatesAfter", figures.duplicatesAfter());
    tree.set("matrix", JSON.valueToTree(figures.matrix()));
    tree.set("decisionsAgree", JSON.valueToTree(figures.decisionsAgree()));
    tree.set("topLabelsAgree", JSON.valueToTree(figures.topLabelsAgree()));
    tree.set("flagsAgree", JSON.valueToTree(figures.flagsAgree()));
    tree.set("flags", JSON.valueToTree(figures.flags()));
    tree.put("comparable", figures.comparable());
    tree.put("identicalScores", figures.identicalScores());
    tree.put("meanTotalVariation", figures.meanTotalVariation());
    tree.put("topLabelPairs", figures.flipPairs());
    tree.set("topLabelFlips", JSON.valueToTree(figures.flips()));
    tree.set("shiftBinEdges", JSON.valueToTree(LabelShift.binEdges()));
    tree.set("labels", JSON.valueToTree(figures.labels()));
    tree.set("missing", JSON.valueToTree(figures.missing()));
    tree.set("extra", JSON.valueToTree(figures.extra()));
    tree.set("deadLettered", JSON.valueToTree(figures.deadLettered()));
    tree.set("recovered", JSON.valueToTree(figures.recovered()));
    tree.set("deadLetterReasons", JSON.valueToTree(figures.deadLetterReasons()));
    ArrayNode transitions = tree.putArray("transitions");
    for (DiffFigures.Transition transition : figures.transitions()) {
      ObjectNode one = transitions.addObject();
      one.put("before", transition.before().name());
      one.put("after", transition.after().name());
      one.put("images", transition.images());
      images(one.putArray("mostChanged"), transition.shown());
    }
    images(tree.putArray("mostChangedWithTheSameDecision"), figures.moved());
  }

  private static void images(ArrayNode list, List<ImageChange> images) {
    for (ImageChange image : images) {
      ObjectNode one = list.addObject();
      one.put("id", image.id());
      one.set("what", JSON.valueToTree(image.what().stream().map(ImageChange.What::key).toList()));
      number(one, "totalVariation", image.totalVariation());
      number(one, "topScoreChange", image.topScoreChange());
      image.before().ifPresent(result -> result(one.putObject("before"), result));
      image.after().ifPresent(result -> result(one.putObject("after"), result));
    }
  }

  private static void number(ObjectNode node, String name, double value) {
    if (Double.isNaN(value)) {
      node.putNull(name);
    } else {
      node.put(name, value);
    }
  }

  private static void result(ObjectNode node, Result result) {
    node.put("outcome", result.outcome().name());
    node.set("origin", JSON.valueToTree(result.origin()));
    if (result instanceof Result.Labelled labelled) {
      node.put("sha256", labelled.sha256());
      node.put("decidedBy", labelled.decidedBy());
      node.put("topLabel", labelled.topLabel());
      node.put("topScore", labelled.topScore());
      node.put("margin", labelled.margin());
      node.put("suspicion", labelled.suspicion());
      node.set("flags", JSON.valueToTree(labelled.flags()));
    } else if (result instanceof Result.DeadLettered letter) {
      node.put("reason", letter.reason());
    }
  }
}
