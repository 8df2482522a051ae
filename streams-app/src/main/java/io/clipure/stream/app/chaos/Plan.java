package io.clipure.stream.app.chaos;

import io.clipure.stream.app.RefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses scenarios and configurations.
 *
 * @param only names of scenarios; empty: all
 * @param guarantee the only one; null: both
 * @param protocol the only one; null: both
 */
record Plan(List<String> only, Variant.Guarantee guarantee, Variant.Protocol protocol) {
  /** Scenarios that always run under both guarantees. */
  private static final List<String> UNDER_BOTH = List.of("kill", "mixed");

  /**
   * The runs of one round. Kill and mixed run under both guarantees, each under another protocol;
   * the others run once, and the seed rotates guarantee and protocol. With a scenario named or a
   * guarantee or protocol fixed, every combination left runs.
   *
   * @throws RefusedException if a name is unknown
   */
  List<Variant> variants(long seed) {
    List<Scenario> all = Scenario.all();
    List<String> names = all.stream().map(Scenario::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw new RefusedException("--only " + name + " is unknown; expected some of " + names);
      }
    }
    List<Variant> variants = new ArrayList<>();
    int turn = Math.floorMod(seed, 4);
    for (Scenario scenario : all) {
      if (only.isEmpty() || only.contains(scenario.name())) {
        for (Variant variant : combinations(scenario, seed)) {
          int place = 2 * variant.guarantee().ordinal() + variant.protocol().ordinal();
          if (!only.isEmpty() || wanted(scenario, turn, place)) {
            variants.add(variant);
          }
        }
        turn = (turn + 1) % 4;
      }
    }
    return variants;
  }

  private boolean wanted(Scenario scenario, int turn, int place) {
    if (guarantee != null || protocol != null) {
      return true;
    }
    // place 0..3 is the pair of guarantee and protocol; 3 - place has the other of both.
    return UNDER_BOTH.contains(scenario.name())
        ? place == turn || place == 3 - turn
        : place == turn;
  }

  private List<Variant> combinations(Scenario scenario, long seed) {
    List<Variant> all = new ArrayList<>();
    for (Variant.Guarantee one : Variant.Guarantee.values()) {
      for (Variant.Protocol other : Variant.Protocol.values()) {
        if ((guarantee == null || guarantee == one) && (protocol == null || protocol == other)) {
          all.add(new Variant(scenario, one, other, seed));
        }
      }
    }
    return all;
  }
}
