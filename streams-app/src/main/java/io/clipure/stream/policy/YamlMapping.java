package io.clipure.stream.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Strict access to one YAML mapping: unknown and repeated keys and values of another type than
 * asked for become problems of the document, with the line they stand on. A value with a problem
 * reads as absent; the caller goes on, so that one run reports everything.
 */
final class YamlMapping {
  private final YamlDocument document;
  private final Node node;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private String place;

  /**
   * Reads a mapping.
   *
   * @param place prefix of problems, for example {@code label "pistol": }; may be empty
   */
  YamlMapping(YamlDocument document, Node node, String place, Set<String> known) {
    this.document = document;
    this.node = node;
    this.place = place;
    if (!(node instanceof MappingNode mapping)) {
      problem(node, "is " + kind(node) + ", expected the keys " + String.join(", ", known));
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      String name = key instanceof ScalarNode scalar ? scalar.getValue() : kind(key);
      if (!known.contains(name)) {
        problem(
            key,
            "unknown key " + LabelRules.quote(name) + ", expected " + String.join(", ", known));
      } else if (values.putIfAbsent(name, tuple.getValueNode()) != null) {
        problem(key, "key \"" + name + "\" is there twice");
      }
    }
  }

  /** Changes the prefix of later problems. */
  void place(String newPlace) {
    place = newPlace;
  }

  /** Records a problem at the value of a key, or at the mapping if the key is absent. */
  void problemAt(String key, String text) {
    problem(values.getOrDefault(key, node), text);
  }

  /** Records a problem at a node. */
  void problem(Node at, String text) {
    document.problem(at, place + text);
  }

  /** The node under a key. */
  Optional<Node> child(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** A text that satisfies a rule, white space around it removed. */
  Optional<String> text(String key, Function<String, Optional<String>> rule) {
    return child(key).flatMap(value -> text(value, key, rule));
  }

  /** As {@link #text}; its absence is a problem. */
  Optional<String> requiredText(String key, Function<String, Optional<String>> rule) {
    if (!values.containsKey(key)) {
      problem(node, key + " is missing");
    }
    return text(key, rule);
  }

  /** A number from 0 to 1. */
  Optional<Double> share(String key) {
    return child(key)
        .flatMap(
            value -> {
              if (!(value instanceof ScalarNode scalar)
                  || !(scalar.getTag().equals(Tag.FLOAT) || scalar.getTag().equals(Tag.INT))) {
                problem(value, key + " is " + kind(value) + ", expected a number from 0 to 1");
                return Optional.empty();
              }
              return checked(value, key, number(scalar.getValue()), LabelRules::share);
            });
  }

  /** True or false. */
  Optional<Boolean> flag(String key) {
    return child(key)
        .flatMap(
            value -> {
              if (value instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
                return Optional.of(Boolean.parseBoolean(scalar.getValue()));
              }
              problem(value, key + " is " + kind(value) + ", expected true or false");
              return Optional.empty();
            });
  }

  /** The items of a list; empty if the key is absent. */
  List<Node> items(String key) {
    Node value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    problem(value, key + " is " + kind(value) + ", expected a list");
    return List.of();
  }

  /** A text that stands at a node; {@code name} names it in problems. */
  Optional<String> text(Node value, String name, Function<String, Optional<String>> rule) {
    if (value instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)) {
      return checked(value, name, scalar.getValue().strip(), rule);
    }
    boolean quotable = value instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL);
    problem(
        value,
        name + " is " + kind(value) + ", expected text" + (quotable ? ": put it in quotes" : ""));
    return Optional.empty();
  }

  /** What a node is, in words. */
  static String kind(Node node) {
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    if (node instanceof ScalarNode scalar) {
      if (scalar.getTag().equals(Tag.NULL)) {
        return "empty";
      }
      return (scalar.getTag().equals(Tag.STR) ? "the text " : "the value ")
          + LabelRules.quote(scalar.getValue());
    }
    return "of an unknown type";
  }

  private <T> Optional<T> checked(
      Node value, String name, T content, Function<T, Optional<String>> rule) {
    Optional<String> found = rule.apply(content);
    found.ifPresent(problem -> problem(value, name + " " + problem));
    return found.isPresent() ? Optional.empty() : Optional.of(content);
  }

  /** YAML's spellings of numbers that Java does not read (.inf, .nan, 0x1F) are out of range. */
  private static double number(String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
