package io.clipure.stream.policy;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What each value of a label set must satisfy. Each rule answers with the rest of a sentence that
 * begins with the value's name ("threshold is 7.0, expected 0 to 1"), or with nothing. One place
 * for both ways a set comes in: from YAML (with line numbers) and from the label-sets topic.
 */
final class LabelRules {
  static final int MAX_LABELS = 1_000;
  static final int MAX_TEMPLATES = 256;
  static final int MAX_PROMPTS = 5_000;

  /** Two prompts at least: with one, softmax gives every image the score 1. */
  static final int MIN_PROMPTS = 2;

  private static final int MAX_TEXT = 500;
  private static final int MAX_DESCRIPTION = 10_000;
  private static final Pattern ID = Pattern.compile("[a-z0-9_-]{1,64}");

  private LabelRules() {}

  /** Ids of labels and groups: they become metric tags and record fields. */
  static Optional<String> id(String id) {
    return problem(
        !ID.matcher(id).matches(),
        "is " + quote(id) + ", expected 1 to 64 of lower-case letters, digits, _ and -");
  }

  /** Names and prompts: one line of text. */
  static Optional<String> text(String text) {
    if (text.isBlank()) {
      return Optional.of("is empty, expected text");
    }
    return length(text, MAX_TEXT).or(() -> oneLine(text));
  }

  /** The description: free text, may be empty. */
  static Optional<String> description(String text) {
    return length(text, MAX_DESCRIPTION);
  }

  static Optional<String> prompt(String prompt) {
    return text(prompt)
        .or(
            () ->
                problem(
                    prompt.contains("{}"),
                    "is " + quote(prompt) + ", expected no {}: that belongs into templates"));
  }

  static Optional<String> template(String template) {
    return text(template)
        .or(
            () -> {
              int first = template.indexOf("{}");
              boolean exactlyOne = first >= 0 && template.indexOf("{}", first + 2) < 0;
              return problem(
                  !exactlyOne,
                  "is " + quote(template) + ", expected exactly one {} where the prompt goes");
            });
  }

  /** Thresholds, scores and margins. */
  static Optional<String> share(double value) {
    return problem(!(value >= 0 && value <= 1), "is " + value + ", expected 0 to 1");
  }

  /** A text in quotes, cut to a length that keeps the message one readable line. */
  static String quote(String text) {
    String shown = text.length() <= 60 ? text : text.substring(0, 57) + "...";
    return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
  }

  private static Optional<String> length(String text, int max) {
    return problem(
        text.length() > max, "has " + text.length() + " characters, expected at most " + max);
  }

  private static Optional<String> oneLine(String text) {
    return problem(
        text.codePoints()
            .anyMatch(
                c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE),
        "is " + quote(text) + ", expected one line without control characters");
  }

  private static Optional<String> problem(boolean found, String message) {
    return found ? Optional.of(message) : Optional.empty();
  }
}
