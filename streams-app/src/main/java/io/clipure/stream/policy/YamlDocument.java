package io.clipure.stream.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * One YAML 1.2 document (JSON is one too) as a node graph with line numbers, and the problems found
 * while reading it. Hostile input costs no more than its size: the text is bounded, and nesting,
 * anchors, aliases and tags, none of which a label set needs, are refused from the event stream,
 * before any graph is built.
 */
final class YamlDocument {
  static final int MAX_CHARACTERS = 1 << 20;
  private static final int MAX_DEPTH = 8;

  private record Problem(int line, String text) {}

  private final String source;
  private final List<Problem> problems = new ArrayList<>();

  YamlDocument(String source) {
    this.source = source;
  }

  /** Records a problem at a node. */
  void problem(Node at, String text) {
    problems.add(new Problem(line(at.getStartMark()), text));
  }

  /** Throws what was recorded, in the order of lines; returns if there is nothing. */
  void throwProblems() {
    if (!problems.isEmpty()) {
      throw new LabelSetException(
          problems.stream()
              .sorted((a, b) -> Integer.compare(a.line(), b.line()))
              .map(p -> source + ":" + p.line() + ": " + p.text())
              .toList());
    }
  }

  /**
   * The root node.
   *
   * @throws LabelSetException if the text is empty, too long, not YAML or uses refused features
   */
  Node root(String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw new LabelSetException(
          source + ": has " + text.length() + " characters, expected at most " + MAX_CHARACTERS);
    }
    String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(source)
            .setSchema(new CoreSchema())
            .setCodePointLimit(MAX_CHARACTERS)
            .build();
    try {
      refuseUnneeded(new Parse(settings).parseString(content));
      throwProblems();
      return new Compose(settings)
          .composeString(content)
          .orElseThrow(
              () -> new LabelSetException(source + ": is empty, expected name and labels"));
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      throw new LabelSetException(
          source + ":" + line(mark) + ": is not a YAML document: " + oneLine(e.getProblem()));
    } catch (YamlEngineException e) {
      throw new LabelSetException(
          source + ": is not a YAML document: " + oneLine(String.valueOf(e.getMessage())));
    }
  }

  private void refuseUnneeded(Iterable<Event> events) {
    int depth = 0;
    for (Event event : events) {
      if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
        refuse(event, "anchors and aliases (& and *) are not supported: write the value out");
      }
      if (event instanceof ScalarEvent scalar && scalar.getTag().isPresent()
          || event instanceof CollectionStartEvent start && start.getTag().isPresent()) {
        refuse(event, "tags (!) are not supported: quote the value to make it text");
      }
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        refuse(event, "is nested deeper than " + MAX_DEPTH + " levels");
        return;
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  private void refuse(Event event, String text) {
    problems.add(new Problem(line(event.getStartMark()), text));
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(m -> m.getLine() + 1).orElse(1);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
