package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.redteam.attack.Norm;
import java.util.List;
import java.util.Set;

/**
 * One attack on one set of images, judged by one or more columns.
 *
 * @param id unique in its plan and readable
 * @param sample which images: {@link #CLEAN} of every label, or {@link #HARMFUL} ones only
 * @param images how many, the first of the sample
 * @param attack id of the attack; {@link #NO_ATTACK}: the images as they are
 * @param mode what the attacker knows
 * @param victim column that the attack is made on
 * @param norm how epsilon is measured
 * @param epsilon what may be changed; 1/255 for linf, length in [0, 1] pixels for l2; 0: nothing
 * @param effort how hard the attack tries
 * @param columns who judges the result
 * @param purpose whether it fills cells of the table, or answers a question of the checklist
 */
public record Task(
    String id,
    String sample,
    int images,
    String attack,
    Mode mode,
    String victim,
    Norm norm,
    double epsilon,
    Effort effort,
    List<String> columns,
    Purpose purpose) {
  /** Images of every label. */
  public static final String CLEAN = "clean";

  /** Images of labels that are blocked or reviewed. */
  public static final String HARMFUL = "harmful";

  /** The images as they are. */
  public static final String NO_ATTACK = "none";

  /** No attack: does the target have a gradient at all? */
  public static final String GRADIENT_PROBE = "gradient-probe";

  /** Why a task is run. */
  public enum Purpose {
    /** Figures of the table. */
    CELL,
    /** A figure of the checklist only. */
    CHECK
  }

  /** Copies the list. */
  public Task {
    columns = List.copyOf(columns);
  }

  /**
   * Whether the attack aims at another top label instead of the moderation decision: low label
   * thresholds are a defence by themselves, so an encoder without any is asked for its label.
   */
  public boolean aimsAtLabel() {
    return id.startsWith(Checklist.BROKEN + "/");
  }

  /** The same, judged by those of its columns that are in {@code chosen}. */
  Task judgedBy(Set<String> chosen) {
    return new Task(
        id,
        sample,
        images,
        attack,
        mode,
        victim,
        norm,
        epsilon,
        effort,
        columns.stream().filter(chosen::contains).toList(),
        purpose);
  }

  /** Whether images are judged as they are. */
  public boolean baseline() {
    return attack.equals(NO_ATTACK);
  }
}
