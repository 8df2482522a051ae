package io.clipure.stream.audit.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;

/** A label set as a text that {@link io.clipure.stream.policy.LabelSetYaml} reads back. */
final class LabelSetText {
  private LabelSetText() {}

  /** JSON, which is YAML too. */
  static String of(LabelSet set) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.put("name", set.name());
    if (!set.description().isEmpty()) {
      root.put("description", set.description());
    }
    if (!set.templates().isEmpty()) {
      set.templates().forEach(root.putArray("templates")::add);
    }
    if (set.lowConfidenceScore() != null || set.lowConfidenceMargin() != null) {
      ObjectNode low = root.putObject("low_confidence");
      put(low, "score", set.lowConfidenceScore());
      put(low, "margin", set.lowConfidenceMargin());
    }
    root.put("calibrated", set.calibrated());
    ArrayNode labels = root.putArray("labels");
    set.labels().forEach(label -> label(labels.addObject(), label));
    try {
      return json.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a label set could not be written as JSON", e);
    }
  }

  private static void label(ObjectNode node, Label label) {
    node.put("id", label.id())
        .put("name", label.name())
        .put("group", label.group())
        .put("action", label.action().name());
    put(node, "threshold", label.threshold());
    label.prompts().forEach(node.putArray("prompts")::add);
  }

  private static void put(ObjectNode node, String name, Double value) {
    if (value != null) {
      node.put(name, value);
    }
  }
}
