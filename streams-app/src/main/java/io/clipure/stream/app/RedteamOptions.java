package io.clipure.stream.app;

import io.clipure.stream.redteam.attack.Attacks;
import io.clipure.stream.redteam.attack.Norm;
import io.clipure.stream.redteam.scorecard.Column;
import io.clipure.stream.redteam.scorecard.Effort;
import io.clipure.stream.redteam.scorecard.Mode;
import io.clipure.stream.redteam.scorecard.Wishes;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/**
 * Options that say how hard the red team tries. What is not set has the value of the default plan,
 * or of the quick one.
 */
final class RedteamOptions {
  private static final String SQUARE = "square";

  @Option(
      names = "--quick",
      description = "A smoke run of a minute or two: few images, few steps, one size.")
  private boolean quick;

  @Option(
      names = "--modes",
      paramLabel = "MODE,…",
      split = ",",
      description =
          "What attackers know: transfer (the encoder), published (as the paper attacks), adaptive"
              + " (all but the key), black-box (answers only). Default: all.")
  private List<String> modes;

  @Option(
      names = "--attacks",
      paramLabel = "ATTACK,…",
      split = ",",
      description =
          "Attacks: apgd-ce, apgd-dlr, apgd-t, apgd-tce, fab-t, square, pgd, cw, apgd-decision,"
              + " pgd-decision, autoattack, adaptive. square goes to the black-box mode, the others"
              + " to the modes with gradients. Default: transfer apgd-ce and apgd-t, published"
              + " apgd-ce, adaptive adaptive (the worst of apgd-ce and"
              + " pgd-decision; quick: pgd-decision), black-box square.")
  private List<String> attacks;

  @Option(
      names = "--epsilons",
      paramLabel = "E,…",
      split = ",",
      description =
          "Sizes of the change, for every mode: whole numbers of 1/255 for linf, lengths with"
              + " pixels in 0 to 1 for l2. Default for linf: transfer 1,2,4,8, published 4,8,"
              + " adaptive 1,2,4, black-box 8; for l2: a quarter of these.")
  private List<Double> epsilons;

  @Option(
      names = "--columns",
      paramLabel = "COLUMN,…",
      split = ",",
      description =
          "Settings that are measured: compare (the bundle of --compare alone), plain (the encoder"
              + " alone), published, deployed. Attacks made for others alone are left out; the"
              + " checklist keeps what it needs. Default: all.")
  private List<String> columns;

  @Option(
      names = "--norm",
      paramLabel = "NORM",
      defaultValue = "linf",
      description = "linf or l2 (default: ${DEFAULT-VALUE}).")
  private Norm norm;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Gradient steps a restart (default: 50; quick: 10).")
  private Integer steps;

  @Option(names = "--restarts", paramLabel = "N", description = "Starts (default: 1).")
  private Integer restarts;

  @Option(
      names = "--aims",
      paramLabel = "N",
      description = "Other labels that targeted attacks try, nearest first (default: 3; quick: 1).")
  private Integer aims;

  @Option(
      names = "--eot",
      paramLabel = "N",
      description = "Draws of the secret views averaged in each gradient (default: 2).")
  private Integer eot;

  @Option(
      names = "--queries",
      paramLabel = "N",
      description = "Answers a black-box attacker may ask for (default: 1000; quick: 50).")
  private Integer queries;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Images that nobody attacks (default: 500, or all there are; quick: 40).")
  private Integer count;

  @Option(
      names = "--attacked",
      paramLabel = "N",
      description = "Harmful images in each cell (default: 200, or all there are; quick: 12).")
  private Integer attacked;

  @Option(
      names = "--check-images",
      paramLabel = "N",
      description =
          "Harmful images for each question of the checklist; 0: no checklist (default: 32; quick:"
              + " 6).")
  private Integer checkImages;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Times the deployed setting judges an image, each with fresh secret views (default:"
              + " ${DEFAULT-VALUE}).")
  private int draws;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of samples, attacks and keys (default: ${DEFAULT-VALUE}).")
  private long seed;

  /**
   * Checks all that needs no model, before one is loaded.
   *
   * @param compared whether there is a second bundle
   * @throws RefusedException naming the option that cannot be met
   */
  void check(boolean compared) {
    wishes(clean(), attacked(), compared);
    draws();
  }

  int clean() {
    return atLeast("--count", count, quick ? 40 : 500, 1);
  }

  /** Whether the user asked for this many: then fewer are an error, else a note. */
  boolean cleanIsFirm() {
    return count != null;
  }

  int attacked() {
    return atLeast("--attacked", attacked, quick ? 12 : 200, 1);
  }

  boolean attackedIsFirm() {
    return attacked != null;
  }

  int draws() {
    return atLeast("--draws", draws, draws, 1);
  }

  long seed() {
    return seed;
  }

  /**
   * The wishes.
   *
   * @param clean images of every label that there are
   * @param harmful harmful ones
   * @throws RefusedException naming the option that cannot be met
   */
  Wishes wishes(int clean, int harmful, boolean compare) {
    Map<Mode, List<String>> chosen = new EnumMap<>(Mode.class);
    Map<Mode, List<Double>> sizes = new EnumMap<>(Mode.class);
    for (Mode mode : modes()) {
      chosen.put(mode, attacks(mode));
      sizes.put(mode, sizes(mode));
    }
    if (chosen.values().stream().allMatch(List::isEmpty)) {
      throw new RefusedException(
          "--attacks "
              + String.join(",", attacks)
              + ": none of them goes with --modes "
              + String.join(",", modes().stream().map(Mode::key).toList())
              + "; square is for black-box, the others are for the other modes");
    }
    Effort effort =
        new Effort(
            atLeast("--steps", steps, quick ? 10 : 50, 1),
            atLeast("--restarts", restarts, 1, 1),
            atLeast("--aims", aims, quick ? 1 : 3, 1),
            atLeast("--eot", eot, 2, 1));
    int queried = atLeast("--queries", queries, quick ? 50 : 1000, 1);
    int checked = atLeast("--check-images", checkImages, quick ? 6 : 32, 0);
    return new Wishes(
        chosen,
        sizes,
        norm,
        effort,
        queried,
        clean,
        harmful,
        Math.min(harmful, checked),
        compare,
        columns(compare));
  }

  private Set<String> columns(boolean compare) {
    if (columns == null) {
      return Set.copyOf(Column.IDS);
    }
    Set<String> chosen = columns.stream().map(String::strip).collect(Collectors.toSet());
    for (String column : chosen) {
      if (!Column.IDS.contains(column)) {
        throw new RefusedException(
            "--columns: \""
                + column
                + "\" is none; expected some of "
                + String.join(", ", Column.IDS));
      }
    }
    if (!compare && chosen.equals(Set.of(Column.COMPARE))) {
      throw new RefusedException("--columns compare needs a second bundle; name it with --compare");
    }
    return chosen;
  }

  private List<Mode> modes() {
    if (modes == null) {
      return List.of(Mode.TRANSFER, Mode.PUBLISHED, Mode.ADAPTIVE, Mode.BLACK_BOX);
    }
    return modes.stream()
        .map(
            name -> {
              try {
                Mode mode = Mode.of(name.strip());
                if (mode != Mode.NONE) {
                  return mode;
                }
              } catch (IllegalArgumentException e) {
                // said below
              }
              throw new RefusedException(
                  "--modes: \""
                      + name
                      + "\" is none; expected transfer, published, adaptive or black-box");
            })
        .distinct()
        .toList();
  }

  private List<String> attacks(Mode mode) {
    if (attacks == null) {
      return switch (mode) {
        case NONE -> List.of();
        case TRANSFER -> List.of("apgd-ce", "apgd-t");
        case PUBLISHED -> List.of("apgd-ce");
        case ADAPTIVE -> List.of(quick ? "pgd-decision" : "adaptive");
        case BLACK_BOX -> List.of(SQUARE);
      };
    }
    for (String attack : attacks) {
      if (!Attacks.names().contains(attack.strip())) {
        throw new RefusedException(
            "--attacks: \""
                + attack
                + "\" is none; expected some of "
                + String.join(", ", Attacks.names()));
      }
    }
    return attacks.stream()
        .map(String::strip)
        .filter(attack -> attack.equals(SQUARE) == (mode == Mode.BLACK_BOX))
        .distinct()
        .toList();
  }

  private List<Double> sizes(Mode mode) {
    List<Double> sizes = epsilons;
    if (sizes == null) {
      List<Double> whole =
          switch (mode) {
            case NONE -> List.of();
            case TRANSFER -> quick ? List.of(4.0) : List.of(1.0, 2.0, 4.0, 8.0);
            case PUBLISHED -> quick ? List.of(4.0) : List.of(4.0, 8.0);
            case ADAPTIVE -> quick ? List.of(4.0) : List.of(1.0, 2.0, 4.0);
            case BLACK_BOX -> List.of(8.0);
          };
      sizes = norm == Norm.LINF ? whole : whole.stream().map(size -> size / 4).toList();
    }
    for (double size : sizes) {
      if (!(size > 0) || norm == Norm.LINF && (size != Math.rint(size) || size > 255)) {
        throw new RefusedException(
            "--epsilons: "
                + size
                + " is not allowed; expected "
                + (norm == Norm.LINF ? "whole numbers from 1 to 255" : "numbers above 0"));
      }
    }
    return sizes.stream().distinct().sorted().toList();
  }

  private static int atLeast(String option, Integer value, int otherwise, int least) {
    int chosen = value == null ? otherwise : value;
    if (chosen < least) {
      throw new RefusedException(option + " is " + chosen + "; expected at least " + least);
    }
    return chosen;
  }
}
