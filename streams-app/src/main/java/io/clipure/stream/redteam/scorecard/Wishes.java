package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.redteam.attack.Norm;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to be measured.
 *
 * @param attacks ids of attacks by mode
 * @param epsilons by mode, ascending
 * @param norm how epsilon is measured
 * @param effort of gradient attacks
 * @param queries of black-box attacks
 * @param clean images of every label
 * @param attacked harmful images in each cell
 * @param checkImages harmful images for each question of the checklist
 * @param compare whether there is a second bundle
 * @param columns ids of the columns that judge; those of others are left out
 */
public record Wishes(
    Map<Mode, List<String>> attacks,
    Map<Mode, List<Double>> epsilons,
    Norm norm,
    Effort effort,
    int queries,
    int clean,
    int attacked,
    int checkImages,
    boolean compare,
    Set<String> columns) {
  /** Copies. */
  public Wishes {
    attacks = Map.copyOf(attacks);
    epsilons = Map.copyOf(epsilons);
    columns = Set.copyOf(columns);
  }

  /** The largest adaptive epsilon. */
  double largest() {
    return epsilons.get(Mode.ADAPTIVE).get(epsilons.get(Mode.ADAPTIVE).size() - 1);
  }

  /** Whether anything is attacked in a mode. */
  boolean has(Mode mode) {
    return !attacks.getOrDefault(mode, List.of()).isEmpty()
        && !epsilons.getOrDefault(mode, List.of()).isEmpty();
  }
}
