package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.TextEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a person wants to know of a label set before publishing it.
 *
 * @param labelSet the set
 * @param labelsByGroup number of labels per group, groups sorted
 * @param labelsByAction number of labels per action, mildest first; actions without labels absent
 * @param prompts number of prompts
 * @param warnings what is sound but probably not wanted, one line each
 * @param nearestPrompts pairs of prompts of different labels that the text encoder tells apart
 *     least, at most 10, nearest first; empty without an encoder
 */
public record LabelSetReport(
    LabelSet labelSet,
    Map<String, Integer> labelsByGroup,
    Map<Action, Integer> labelsByAction,
    int prompts,
    List<String> warnings,
    List<PromptPair> nearestPrompts) {
  private static final int NEAREST = 10;

  /** Two prompts of different labels; a cosine of 1 means that no image can tell them apart. */
  public record PromptPair(
      String label, String prompt, String otherLabel, String otherPrompt, double cosine) {}

  /** Copies the collections; the maps keep their order. */
  public LabelSetReport {
    labelsByGroup = Collections.unmodifiableMap(new LinkedHashMap<>(labelsByGroup));
    labelsByAction = Collections.unmodifiableMap(new LinkedHashMap<>(labelsByAction));
    warnings = List.copyOf(warnings);
    nearestPrompts = List.copyOf(nearestPrompts);
  }

  /** Reports on a set by itself. */
  public static LabelSetReport of(LabelSet set) {
    return report(set, warnings(set), List.of());
  }

  /**
   * Reports on a set under a bundle: adds unknown words and the nearest prompts of different
   * labels.
   */
  public static LabelSetReport of(LabelSet set, ModelInfo model, TextEncoder encoder) {
    List<String> warnings = new ArrayList<>(warnings(set));
    warnings.addAll(UnknownWords.in(set, model, encoder));
    return report(set, warnings, nearest(set, PromptEmbeddings.of(set, model, encoder)));
  }

  private static LabelSetReport report(
      LabelSet set, List<String> warnings, List<PromptPair> nearest) {
    return new LabelSetReport(
        set,
        set.labels().stream()
            .collect(Collectors.toMap(Label::group, label -> 1, Integer::sum, TreeMap::new)),
        set.labels().stream()
            .collect(Collectors.toMap(Label::action, label -> 1, Integer::sum, TreeMap::new)),
        promptsOf(set.labels()),
        warnings,
        nearest);
  }

  private static List<String> warnings(LabelSet set) {
    List<String> warnings = new ArrayList<>();
    if (!set.calibrated()) {
      warnings.add("not calibrated: thresholds were not measured on representative images");
    }
    Map<String, String> firstLabel = new TreeMap<>();
    for (Label label : set.labels()) {
      for (String prompt : label.prompts()) {
        String other = firstLabel.putIfAbsent(prompt, label.id());
        if (other != null) {
          warnings.add(
              "prompt "
                  + LabelRules.quote(prompt)
                  + " is in the labels "
                  + other
                  + " and "
                  + label.id()
                  + ": they share its probability");
        }
      }
    }
    List<Label> harmless =
        set.labels().stream().filter(label -> label.action() == Action.ALLOW).toList();
    List<Label> harmful =
        set.labels().stream().filter(label -> label.action() != Action.ALLOW).toList();
    if (harmless.isEmpty()) {
      warnings.add(
          "no ALLOW label: every image is some harmful label's, having nothing else to be");
    } else if (promptsOf(harmless) < promptsOf(harmful)) {
      warnings.add(
          "fewer ALLOW prompts ("
              + promptsOf(harmless)
              + ") than REVIEW and BLOCK prompts ("
              + promptsOf(harmful)
              + "): ordinary images find too little to be, expect false alarms");
    }
    if (harmful.isEmpty()) {
      warnings.add("no REVIEW or BLOCK label: nothing is ever held back");
    }
    return warnings;
  }

  private static int promptsOf(List<Label> labels) {
    return labels.stream().mapToInt(label -> label.prompts().size()).sum();
  }

  private static List<PromptPair> nearest(LabelSet set, PromptEmbeddings embeddings) {
    List<Label> owners = new ArrayList<>();
    List<String> prompts = new ArrayList<>();
    for (Label label : set.labels()) {
      for (String prompt : label.prompts()) {
        owners.add(label);
        prompts.add(prompt);
      }
    }
    Comparator<PromptPair> byCosine = Comparator.comparingDouble(PromptPair::cosine);
    PriorityQueue<PromptPair> nearest = new PriorityQueue<>(byCosine);
    double[][] vectors = embeddings.vectors();
    for (int i = 0; i < vectors.length; i++) {
      for (int j = i + 1; j < vectors.length; j++) {
        double cosine = UnitVector.dot(vectors[i], vectors[j]);
        boolean wanted = nearest.size() < NEAREST || cosine > nearest.element().cosine();
        if (owners.get(i) != owners.get(j) && wanted) {
          nearest.add(
              new PromptPair(
                  owners.get(i).id(), prompts.get(i), owners.get(j).id(), prompts.get(j), cosine));
          if (nearest.size() > NEAREST) {
            nearest.remove();
          }
        }
      }
    }
    return nearest.stream().sorted(byCosine.reversed()).toList();
  }
}
