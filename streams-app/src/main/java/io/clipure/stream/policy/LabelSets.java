package io.clipure.stream.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes label sets that are known to be sound. */
public final class LabelSets {
  private LabelSets() {}

  /**
   * Validates the content of a set and gives it its digest; the one it carries is ignored.
   *
   * @throws LabelSetException listing every problem
   */
  public static LabelSet digested(LabelSet content) {
    List<String> problems = problems(content);
    if (!problems.isEmpty()) {
      throw new LabelSetException(
          problems.stream().map(p -> "label set " + describe(content) + ": " + p).toList());
    }
    return new LabelSet(
        content.name(),
        content.description(),
        LabelSetDigest.of(content),
        content.templates(),
        content.labels(),
        content.lowConfidenceScore(),
        content.lowConfidenceMargin(),
        content.calibrated());
  }

  /**
   * Validates a set that came from elsewhere, for example from the label-sets topic, and checks
   * that its content is what its digest says.
   *
   * @throws LabelSetException if the content is unsound or does not have the digest it carries
   */
  public static LabelSet verified(LabelSet received) {
    LabelSet sound = digested(received);
    if (!sound.digest().equals(received.digest())) {
      throw new LabelSetException(
          "label set "
              + describe(received)
              + ": digest is "
              + received.digest()
              + ", but its content has "
              + sound.digest()
              + ": it was changed or cut on its way; publish it again");
    }
    return sound;
  }

  /** Problems of the content, each without the name of the set. */
  private static List<String> problems(LabelSet set) {
    List<String> problems = new ArrayList<>();
    check(problems, "name", LabelRules.text(set.name()));
    check(problems, "description", LabelRules.description(set.description()));
    for (String template : set.templates()) {
      check(problems, "template", LabelRules.template(template));
    }
    checkShare(problems, "low_confidence score", set.lowConfidenceScore());
    checkShare(problems, "low_confidence margin", set.lowConfidenceMargin());
    Set<String> ids = new HashSet<>();
    for (Label label : set.labels()) {
      checkLabel(problems, label);
      if (!ids.add(label.id())) {
        problems.add("two labels have the id " + LabelRules.quote(label.id()));
      }
    }
    problems.addAll(sizeProblems(set.templates().size(), set.labels()));
    return problems;
  }

  /** Problems with the number of templates, labels and prompts. */
  static List<String> sizeProblems(int templates, List<Label> labels) {
    List<String> problems = new ArrayList<>();
    if (templates > LabelRules.MAX_TEMPLATES) {
      problems.add("has " + templates + " templates, expected at most " + LabelRules.MAX_TEMPLATES);
    }
    if (labels.isEmpty()) {
      problems.add("has no labels");
      return problems;
    }
    if (labels.size() > LabelRules.MAX_LABELS) {
      problems.add("has " + labels.size() + " labels, expected at most " + LabelRules.MAX_LABELS);
    }
    int prompts = labels.stream().mapToInt(label -> label.prompts().size()).sum();
    if (prompts < LabelRules.MIN_PROMPTS || prompts > LabelRules.MAX_PROMPTS) {
      problems.add(
          "has "
              + prompts
              + " prompts, expected "
              + LabelRules.MIN_PROMPTS
              + " to "
              + LabelRules.MAX_PROMPTS
              + ": scores are shares among prompts");
    }
    return problems;
  }

  /** Position, from 0, of the first prompt that stands before it already. */
  static Optional<Integer> repeatedPrompt(List<String> prompts) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < prompts.size(); i++) {
      if (!seen.add(prompts.get(i))) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private static void checkLabel(List<String> problems, Label label) {
    String place = "label " + LabelRules.quote(label.id()) + ": ";
    check(problems, place + "id", LabelRules.id(label.id()));
    check(problems, place + "name", LabelRules.text(label.name()));
    check(problems, place + "group", LabelRules.id(label.group()));
    checkShare(problems, place + "threshold", label.threshold());
    if (label.prompts().isEmpty()) {
      problems.add(place + "has no prompts");
    }
    for (String prompt : label.prompts()) {
      check(problems, place + "prompt", LabelRules.prompt(prompt));
    }
    repeatedPrompt(label.prompts())
        .map(i -> LabelRules.quote(label.prompts().get(i)))
        .ifPresent(prompt -> problems.add(place + "prompt " + prompt + " is there twice"));
  }

  private static void checkShare(List<String> problems, String name, Double value) {
    if (value != null) {
      check(problems, name, LabelRules.share(value));
    }
  }

  private static void check(List<String> problems, String name, Optional<String> problem) {
    problem.ifPresent(p -> problems.add(name + " " + p));
  }

  private static String describe(LabelSet set) {
    return LabelRules.quote(set.name());
  }
}
