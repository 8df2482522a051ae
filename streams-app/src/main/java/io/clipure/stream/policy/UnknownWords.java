package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.TextEncoder;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds words of a label set that the text encoder was never trained on: their scores are noise.
 */
final class UnknownWords {
  private UnknownWords() {}

  /** One line for each template and prompt with unknown words, in order. */
  static List<String> in(LabelSet set, ModelInfo model, TextEncoder encoder) {
    String start = "label set " + LabelRules.quote(set.name()) + ": ";
    List<String> findings = new ArrayList<>();
    for (String template : PromptEmbeddings.templates(set, model)) {
      add(
          findings,
          start + "template " + LabelRules.quote(template),
          encoder.unknownWords(template.replace("{}", " ").strip()),
          model);
    }
    for (Label label : set.labels()) {
      for (String prompt : label.prompts()) {
        add(
            findings,
            start + "label \"" + label.id() + "\": prompt " + LabelRules.quote(prompt),
            encoder.unknownWords(prompt),
            model);
      }
    }
    return findings;
  }

  private static void add(
      List<String> findings, String place, List<String> words, ModelInfo model) {
    if (!words.isEmpty()) {
      findings.add(
          place
              + " has words unknown to the text encoder of "
              + LabelRules.quote(model.name())
              + ": "
              + String.join(", ", words));
    }
  }
}
