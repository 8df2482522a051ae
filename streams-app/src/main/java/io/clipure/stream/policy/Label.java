package io.clipure.stream.policy;

import java.util.List;

/**
 * One label of a label set.
 *
 * @param id unique id, {@code [a-z0-9_-]+}
 * @param name name for people
 * @param group parent in the taxonomy
 * @param action decision when this label decides
 * @param threshold score from which it decides by itself; null: only as the top label
 * @param prompts texts put into the templates
 */
public record Label(
    String id, String name, String group, Action action, Double threshold, List<String> prompts) {
  /** Copies the prompts. */
  public Label {
    prompts = List.copyOf(prompts);
  }
}
