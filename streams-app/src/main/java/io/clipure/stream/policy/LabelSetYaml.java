package io.clipure.stream.policy;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads label sets from YAML or JSON, strictly: unknown, repeated and mistyped keys are errors, and
 * every problem names its line. See the shipped {@code labels/*.yaml} for the form.
 */
public final class LabelSetYaml {
  private static final Set<String> SET_KEYS =
      keys("name", "description", "templates", "labels", "low_confidence", "calibrated");
  private static final Set<String> LABEL_KEYS =
      keys("id", "name", "group", "action", "threshold", "prompts");
  private static final Set<String> LOW_CONFIDENCE_KEYS = keys("score", "margin");

  private final YamlDocument document;
  private final Set<String> ids = new HashSet<>();

  private LabelSetYaml(YamlDocument document) {
    this.document = document;
  }

  /**
   * Reads a file (UTF-8).
   *
   * @throws LabelSetException if it cannot be read or is not a sound label set
   */
  public static LabelSet load(Path file) {
    String name = file.getFileName().toString();
    try {
      if (Files.size(file) > 4L * YamlDocument.MAX_CHARACTERS) {
        throw new LabelSetException(
            name + ": has " + Files.size(file) + " bytes, too many for a label set");
      }
      return parse(Files.readString(file), name);
    } catch (NoSuchFileException e) {
      throw new LabelSetException(file + ": no such file");
    } catch (CharacterCodingException e) {
      throw new LabelSetException(name + ": is not UTF-8 text");
    } catch (IOException e) {
      throw new LabelSetException(file + ": cannot be read: " + e.getMessage());
    }
  }

  /**
   * Parses a text.
   *
   * @param sourceName name used in problems, usually a file name
   * @throws LabelSetException with every problem, in the order of lines, if it is not a sound set
   */
  public static LabelSet parse(String text, String sourceName) {
    YamlDocument document = new YamlDocument(sourceName);
    return new LabelSetYaml(document).read(document.root(text));
  }

  private LabelSet read(Node root) {
    YamlMapping set = new YamlMapping(document, root, "", SET_KEYS);
    Optional<String> name = set.requiredText("name", LabelRules::text);
    Optional<String> description = set.text("description", LabelRules::description);
    List<String> templates =
        set.items("templates").stream()
            .flatMap(item -> set.text(item, "template", LabelRules::template).stream())
            .toList();
    List<Label> labels = new ArrayList<>();
    for (Node item : set.items("labels")) {
      readLabel(item).ifPresent(labels::add);
    }
    YamlMapping confidence =
        set.child("low_confidence")
            .map(node -> new YamlMapping(document, node, "low_confidence ", LOW_CONFIDENCE_KEYS))
            .orElse(null);
    Optional<Double> score = confidence == null ? Optional.empty() : confidence.share("score");
    Optional<Double> margin = confidence == null ? Optional.empty() : confidence.share("margin");
    boolean calibrated = set.flag("calibrated").orElse(false);
    document.throwProblems();

    LabelSets.sizeProblems(templates.size(), labels).forEach(p -> set.problemAt("labels", p));
    document.throwProblems();
    return LabelSets.digested(
        new LabelSet(
            name.orElseThrow(),
            description.orElse(""),
            "",
            templates,
            labels,
            score.orElse(null),
            margin.orElse(null),
            calibrated));
  }

  /** Reads one label; empty if it has problems. */
  private Optional<Label> readLabel(Node node) {
    YamlMapping label = new YamlMapping(document, node, "label: ", LABEL_KEYS);
    Optional<String> id = label.requiredText("id", LabelRules::id);
    id.ifPresent(i -> label.place("label \"" + i + "\": "));
    id.filter(i -> !ids.add(i)).ifPresent(i -> label.problemAt("id", "another label has this id"));
    Optional<String> name = label.text("name", LabelRules::text).or(() -> id);
    Optional<String> group = label.requiredText("group", LabelRules::id);
    Optional<Action> action =
        label.requiredText("action", LabelSetYaml::actionRule).map(Action::valueOf);
    Optional<Double> threshold = label.share("threshold");
    List<String> prompts = readPrompts(label);
    if (id.isEmpty() || name.isEmpty() || group.isEmpty() || action.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Label(
            id.get(), name.get(), group.get(), action.get(), threshold.orElse(null), prompts));
  }

  private List<String> readPrompts(YamlMapping label) {
    if (label.child("prompts").isEmpty()) {
      label.problemAt("prompts", "prompts is missing");
      return List.of();
    }
    List<Node> items = label.items("prompts");
    if (items.isEmpty() && label.child("prompts").get() instanceof SequenceNode) {
      label.problemAt("prompts", "has no prompts");
    }
    List<String> prompts =
        items.stream()
            .flatMap(item -> label.text(item, "prompt", LabelRules::prompt).stream())
            .toList();
    if (prompts.size() == items.size()) {
      LabelSets.repeatedPrompt(prompts)
          .ifPresent(
              i ->
                  label.problem(
                      items.get(i),
                      "prompt " + LabelRules.quote(prompts.get(i)) + " is there twice"));
    }
    return prompts;
  }

  private static Optional<String> actionRule(String action) {
    boolean known = Arrays.stream(Action.values()).anyMatch(a -> a.name().equals(action));
    return known
        ? Optional.empty()
        : Optional.of("is " + LabelRules.quote(action) + ", expected ALLOW, REVIEW or BLOCK");
  }

  /** Keys in the order in which problems list them. */
  private static Set<String> keys(String... names) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(List.of(names)));
  }
}
