package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Loss;
import java.util.List;
import java.util.stream.Stream;

/** The attacks by name. */
public final class Attacks {
  private static final List<Attack> SIMPLE =
      List.of(
          new Apgd("apgd-ce", Loss.CE),
          new Apgd("apgd-dlr", Loss.DLR),
          new Apgd("apgd-t", Loss.TARGETED_DLR),
          new Apgd("apgd-tce", Loss.TARGETED_CE, 1),
          new Fab(),
          new Square(),
          new Pgd("pgd", Loss.CE),
          new Pgd("cw", Loss.MARGIN),
          new Pgd("pgd-decision", Loss.DECISION),
          new Apgd("apgd-decision", Loss.DECISION));

  private static final List<Attack> ALL =
      List.of(
          new WorstCase("autoattack", named(SIMPLE, "apgd-ce", "apgd-t", "fab-t", "square")),
          new WorstCase("adaptive", named(SIMPLE, "apgd-ce", "pgd-decision")));

  private Attacks() {}

  /**
   * The attack of a name: {@code apgd-ce}, {@code apgd-dlr}, {@code apgd-t} (targeted DLR), {@code
   * apgd-tce} (toward the nearest other class, one a restart), {@code fab-t}, {@code square},
   * {@code pgd} (cross-entropy), {@code cw} (PGD on the margin); {@code pgd-decision} and {@code
   * apgd-decision} on the whole deployed decision; {@code autoattack} and {@code adaptive}, the
   * worst case of several.
   *
   * @throws IllegalArgumentException listing the names if it is none of them
   */
  public static Attack named(String name) {
    return Stream.concat(SIMPLE.stream(), ALL.stream())
        .filter(attack -> attack.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "attack is \"" + name + "\", expected one of " + String.join(", ", names())));
  }

  /** Every name. */
  public static List<String> names() {
    return Stream.concat(SIMPLE.stream(), ALL.stream()).map(Attack::id).toList();
  }

  private static List<Attack> named(List<Attack> attacks, String... names) {
    return List.of(names).stream()
        .map(name -> attacks.stream().filter(a -> a.id().equals(name)).findFirst().orElseThrow())
        .toList();
  }
}
