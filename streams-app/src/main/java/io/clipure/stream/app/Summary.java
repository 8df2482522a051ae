package io.clipure.stream.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * The account at the end of a demo.
 *
 * @param published events acknowledged by the broker
 * @param labelled records on the labelled topic
 * @param decisions labelled records by decision
 * @param lowConfidence records on the low-confidence topic
 * @param adversarial records on the suspected-adversarial topic
 * @param deadLettered records on the dead-letter topic
 * @param deadLetterReasons dead letters by reason code
 * @param imagesPerSecond settled events a second, from the first verdict to the last
 * @param batchFill mean share of a batch that was filled, 0..1
 * @param meanBatch mean images a batch
 * @param known labelled images whose true label is known
 * @param right those whose top label is the true one
 * @param findings what does not add up; empty: everything is accounted for
 */
record Summary(
    long published,
    int labelled,
    SortedMap<String, Integer> decisions,
    int lowConfidence,
    int adversarial,
    int deadLettered,
    SortedMap<String, Integer> deadLetterReasons,
    double imagesPerSecond,
    double batchFill,
    double meanBatch,
    int known,
    int right,
    List<String> findings) {

  void print(PrintWriter out, Map<String, String> topics) {
    out.println();
    line(out, "Published", published, "to " + topics.get("images"));
    line(out, "Labelled", labelled, "on " + topics.get("labelled") + ": " + counts(decisions));
    line(out, "  low confidence", lowConfidence, "copied to " + topics.get("low-confidence"));
    line(out, "  suspected attack", adversarial, "copied to " + topics.get("adversarial"));
    line(
        out,
        "Dead-lettered",
        deadLettered,
        "on " + topics.get("dead-letter") + ": " + counts(deadLetterReasons));
    out.printf(
        Locale.ROOT,
        "%-18s %.0f images/s, batches %.0f %% full (mean %.1f images)%n",
        "Throughput",
        imagesPerSecond,
        100 * batchFill,
        meanBatch);
    if (known > 0) {
      out.printf(
          Locale.ROOT,
          "%-18s %.1f %% of %d images whose content is known got their true label on top%n",
          "Accuracy",
          100.0 * right / known,
          known);
    }
    if (findings.isEmpty()) {
      out.printf(
          "Nothing unaccounted for: %d in = %d labelled + %d dead-lettered%n",
          published, labelled, deadLettered);
    } else {
      findings.forEach(finding -> out.println("UNACCOUNTED FOR: " + finding));
    }
  }

  String json() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("published", published);
    root.put("labelled", labelled);
    root.set("decisions", mapper.valueToTree(decisions));
    root.put("lowConfidence", lowConfidence);
    root.put("suspectedAdversarial", adversarial);
    root.put("deadLettered", deadLettered);
    root.set("deadLetterReasons", mapper.valueToTree(deadLetterReasons));
    root.put("imagesPerSecond", imagesPerSecond);
    root.put("batchFill", batchFill);
    root.put("meanBatch", meanBatch);
    root.put("knownImages", known);
    root.put("trueLabelOnTop", right);
    root.set("unaccounted", mapper.valueToTree(findings));
    try {
      return mapper.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the summary could not be written as JSON", e);
    }
  }

  private static void line(PrintWriter out, String name, long number, String note) {
    out.printf("%-18s %6d  %s%n", name, number, note);
  }

  private static String counts(SortedMap<String, Integer> counts) {
    return String.join(
        ", ", counts.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
  }
}
