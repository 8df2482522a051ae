package io.clipure.stream.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names of the topics.
 *
 * @param backfill empty: none is read
 */
public record TopicsConfig(
    String images,
    String labelled,
    String lowConfidence,
    String adversarial,
    String deadLetter,
    String deadLetterRequeued,
    String labelSets,
    String reviews,
    Optional<String> backfill,
    String shadow,
    String shadowDeadLetter) {

  private static final ValueType<String> NAME =
      ValueType.text(
          "a topic name", "1 to 249 of letters, digits, . _ -", "(?!\\.{1,2}$)[\\w.-]{1,249}");

  static final Setting<String> IMAGES = topic("images", "images", "Images to classify, read.");
  static final Setting<String> LABELLED =
      topic("images-labelled", "images.labelled", "Every verdict, written.");
  static final Setting<String> LOW_CONFIDENCE =
      topic(
          "images-flagged-low-confidence",
          "images.flagged.low-confidence",
          "Verdicts flagged LOW_CONFIDENCE, written as well.");
  static final Setting<String> ADVERSARIAL =
      topic(
          "images-flagged-adversarial",
          "images.flagged.adversarial",
          "Verdicts flagged SUSPECTED_ADVERSARIAL, written as well.");
  static final Setting<String> DEAD_LETTER =
      topic(
          "images-dead-letter",
          "images.dead-letter",
          "Records that cannot be classified, with their original bytes and the reason, written.");
  static final Setting<String> DEAD_LETTER_REQUEUED =
      topic(
          "dead-letter-requeued",
          "images.dead-letter.requeued",
          "Which dead letters were sent back, compacted; made by dead-letters requeue, not used by"
              + " the service.");
  static final Setting<String> LABEL_SETS =
      topic("label-sets", "label-sets", "Label sets, compacted, read.");
  static final Setting<String> REVIEWS =
      topic(
          "reviews",
          "images.reviews",
          "Decisions of people, compacted; made by review import, not used by the service.");
  static final Setting<String> BACKFILL =
      Setting.optional(
          "topics.images-backfill",
          NAME,
          "none",
          "Images to classify when no live image waits, read by threads of their own.");
  static final Setting<String> SHADOW =
      topic(
          "images-shadow",
          "images.shadow",
          "Verdicts of the candidate of shadow.config, written where there is one.");
  static final Setting<String> SHADOW_DEAD_LETTER =
      topic(
          "images-shadow-dead-letter",
          "images.shadow.dead-letter",
          "What that candidate could not classify, with the reason and without the bytes.");

  /**
   * Checks names and that none is used twice; those of a shadow count only where one runs, so that
   * commands can be pointed at them.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public TopicsConfig {
    List<String> names =
        new ArrayList<>(
            List.of(
                images,
                labelled,
                lowConfidence,
                adversarial,
                deadLetter,
                deadLetterRequeued,
                labelSets,
                reviews));
    backfill.ifPresent(names::add);
    names.forEach(IMAGES::check);
    SHADOW.check(shadow);
    SHADOW_DEAD_LETTER.check(shadowDeadLetter);
    if (names.stream().distinct().count() != names.size()) {
      throw new IllegalArgumentException(
          "topics.*: %s has a name twice; expected %d different topics"
              .formatted(names, names.size()));
    }
  }

  /** Names of a shadow's topics that are not its own; empty: all is well. */
  public Set<String> shadowProblem() {
    Set<String> taken =
        new TreeSet<>(
            List.of(
                images,
                labelled,
                lowConfidence,
                adversarial,
                deadLetter,
                deadLetterRequeued,
                labelSets,
                reviews));
    backfill.ifPresent(taken::add);
    Set<String> problem = new TreeSet<>(Set.of(shadow));
    if (!shadow.equals(shadowDeadLetter)) {
      problem.add(shadowDeadLetter);
      problem.retainAll(taken);
    }
    return problem;
  }

  /** Where image events are read from. */
  public Set<String> inputs() {
    Set<String> inputs = new TreeSet<>(Set.of(images));
    backfill.ifPresent(inputs::add);
    return inputs;
  }

  private static Setting<String> topic(String key, String name, String description) {
    return Setting.of("topics." + key, NAME, name, description);
  }

  static List<Setting<?>> settings() {
    return List.of(
        IMAGES,
        LABELLED,
        LOW_CONFIDENCE,
        ADVERSARIAL,
        DEAD_LETTER,
        DEAD_LETTER_REQUEUED,
        LABEL_SETS,
        REVIEWS,
        BACKFILL,
        SHADOW,
        SHADOW_DEAD_LETTER);
  }

  static TopicsConfig from(Values values) {
    return new TopicsConfig(
        values.get(IMAGES),
        values.get(LABELLED),
        values.get(LOW_CONFIDENCE),
        values.get(ADVERSARIAL),
        values.get(DEAD_LETTER),
        values.get(DEAD_LETTER_REQUEUED),
        values.get(LABEL_SETS),
        values.get(REVIEWS),
        values.find(BACKFILL),
        values.get(SHADOW),
        values.get(SHADOW_DEAD_LETTER));
  }
}
