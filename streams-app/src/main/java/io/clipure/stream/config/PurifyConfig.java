package io.clipure.stream.config;

import java.util.List;
import java.util.Optional;

/**
 * Purification: a method, a preset of its figures, and what overrides them. What is only the
 * diffusion prior's may be set with {@link Method#DIFF} alone.
 *
 * @param method how embeddings are purified
 * @param steps overrides the preset's number of steps
 * @param stepSize overrides its step size
 * @param gradientNorm overrides its norm
 * @param diffTimestepMin overrides the smallest timestep drawn
 * @param diffTimestepMax overrides the largest timestep drawn
 * @param diffNoiseDraws overrides the draws a step averages over
 * @param diffSeed overrides what noise is derived from, with the image's digest
 */
public record PurifyConfig(
    Method method,
    Preset preset,
    Optional<Integer> steps,
    Optional<Double> stepSize,
    Optional<GradientNorm> gradientNorm,
    Optional<Integer> diffTimestepMin,
    Optional<Integer> diffTimestepMax,
    Optional<Integer> diffNoiseDraws,
    Optional<Long> diffSeed) {

  /** CLIPure's two forms. */
  public enum Method {
    COS,
    DIFF
  }

  /** Named settings; the purify room says what each is. */
  public enum Preset {
    GENTLE,
    PAPER,
    OFF
  }

  /** What the gradient is divided by. */
  public enum GradientNorm {
    SAMPLE,
    NONE
  }

  static final Setting<Method> METHOD =
      Setting.of(
          "purify.method",
          ValueType.choice(Method.class),
          Method.COS,
          "How embeddings are purified: cos climbs the cosine to the blank prompt, in closed form;"
              + " diff the evidence bound of the bundle's diffusion prior, two runs of it a step and"
              + " draw.");
  static final Setting<Preset> PRESET =
      Setting.of(
          "purify.preset",
          ValueType.choice(Preset.class),
          Preset.GENTLE,
          "Figures of the method: gentle is a small convergent rotation, paper the published N = 10,"
              + " step 30 (with which cos returns its input), off none.");
  static final Setting<Integer> STEPS =
      Setting.optional(
          "purify.steps", ValueType.integer(0, 10_000), "the preset's", "Number of steps.");
  static final Setting<Double> STEP_SIZE =
      Setting.optional(
          "purify.step-size", ValueType.decimal(0, 1e6), "the preset's", "Size of a step.");
  static final Setting<GradientNorm> GRADIENT_NORM =
      Setting.optional(
          "purify.gradient-norm",
          ValueType.choice(GradientNorm.class),
          "the preset's",
          "What a step's gradient is divided by: sample its own norm, none nothing.");

  private static final int DEFAULT_TIMESTEP_MIN = 900;
  private static final int DEFAULT_TIMESTEP_MAX = 999;
  private static final int DIFF_MAX_STEPS = 1_000;

  static final Setting<Integer> DIFF_TIMESTEP_MIN =
      Setting.optional(
          "purify.diff-timestep-min",
          ValueType.integer(0, 1_000_000),
          Integer.toString(DEFAULT_TIMESTEP_MIN),
          "Smallest diffusion timestep that a step of diff draws.");
  static final Setting<Integer> DIFF_TIMESTEP_MAX =
      Setting.optional(
          "purify.diff-timestep-max",
          ValueType.integer(0, 1_000_000),
          Integer.toString(DEFAULT_TIMESTEP_MAX),
          "Largest diffusion timestep that a step of diff draws, inclusive.");
  static final Setting<Integer> DIFF_NOISE_DRAWS =
      Setting.optional(
          "purify.diff-noise-draws",
          ValueType.integer(1, 64),
          "1",
          "Timesteps and noises that a step of diff averages its gradient over.");
  static final Setting<Long> DIFF_SEED =
      Setting.optional(
          "purify.diff-seed",
          ValueType.integer(Long.MIN_VALUE, Long.MAX_VALUE),
          "0",
          "What diff derives an image's noise from, with the digest of its pixels.");

  /** The gentle rotation in closed form, which every bundle can do. */
  static final PurifyConfig COSINE =
      new PurifyConfig(
          Method.COS,
          Preset.GENTLE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /**
   * Checks bounds, that nothing overrides {@code off}, and that nothing is set that the method does
   * not use.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public PurifyConfig {
    steps.ifPresent(STEPS::check);
    stepSize.ifPresent(STEP_SIZE::check);
    diffTimestepMin.ifPresent(DIFF_TIMESTEP_MIN::check);
    diffTimestepMax.ifPresent(DIFF_TIMESTEP_MAX::check);
    diffNoiseDraws.ifPresent(DIFF_NOISE_DRAWS::check);
    if (preset == Preset.OFF
        && (steps.isPresent() || stepSize.isPresent() || gradientNorm.isPresent())) {
      throw new IllegalArgumentException(
          "%s: \"off\" leaves nothing to override; remove %s, %s and %s or choose gentle or paper"
              .formatted(PRESET.key(), STEPS.key(), STEP_SIZE.key(), GRADIENT_NORM.key()));
    }
    if (method == Method.COS) {
      requireDiff(DIFF_TIMESTEP_MIN, diffTimestepMin);
      requireDiff(DIFF_TIMESTEP_MAX, diffTimestepMax);
      requireDiff(DIFF_NOISE_DRAWS, diffNoiseDraws);
      requireDiff(DIFF_SEED, diffSeed);
    } else if (preset == Preset.OFF) {
      throw new IllegalArgumentException(
          "%s: \"off\" leaves %s nothing to do; choose gentle or paper, or method cos"
              .formatted(PRESET.key(), METHOD.key()));
    } else if (steps.isPresent() && (steps.get() < 1 || steps.get() > DIFF_MAX_STEPS)) {
      throw new IllegalArgumentException(
          "%s: %d is not allowed with method diff; expected 1 to %d"
              .formatted(STEPS.key(), steps.get(), DIFF_MAX_STEPS));
    }
    int least = diffTimestepMin.orElse(DEFAULT_TIMESTEP_MIN);
    int most = diffTimestepMax.orElse(DEFAULT_TIMESTEP_MAX);
    if (least > most) {
      throw new IllegalArgumentException(
          "%s: %d is not allowed; expected at most %s, which is %d"
              .formatted(DIFF_TIMESTEP_MIN.key(), least, DIFF_TIMESTEP_MAX.key(), most));
    }
  }

  /** The smallest timestep in force under {@link Method#DIFF}. */
  public int timestepMin() {
    return diffTimestepMin.orElse(DEFAULT_TIMESTEP_MIN);
  }

  /** The largest timestep in force under {@link Method#DIFF}, inclusive. */
  public int timestepMax() {
    return diffTimestepMax.orElse(DEFAULT_TIMESTEP_MAX);
  }

  /**
   * Checks the settings of {@link Method#DIFF} against a bundle.
   *
   * @param timesteps diffusion steps of the bundle's prior; empty: it has none
   * @return a line that names the key; empty: all is well
   */
  public Optional<String> problem(Optional<Integer> timesteps) {
    if (method != Method.DIFF) {
      return Optional.empty();
    }
    if (timesteps.isEmpty()) {
      return Optional.of(
          "%s: \"diff\" needs a diffusion prior and the bundle has none; expected cos, or a bundle"
                  .formatted(METHOD.key())
              + " to which streams-app/models/export_prior.py has added one");
    }
    if (timestepMax() >= timesteps.get()) {
      return Optional.of(
          "%s: %d is not allowed; expected at most %d, the last of the bundle's prior"
              .formatted(DIFF_TIMESTEP_MAX.key(), timestepMax(), timesteps.get() - 1));
    }
    return Optional.empty();
  }

  static List<Setting<?>> settings() {
    return List.of(
        METHOD,
        PRESET,
        STEPS,
        STEP_SIZE,
        GRADIENT_NORM,
        DIFF_TIMESTEP_MIN,
        DIFF_TIMESTEP_MAX,
        DIFF_NOISE_DRAWS,
        DIFF_SEED);
  }

  static PurifyConfig from(Values values) {
    return new PurifyConfig(
        values.get(METHOD),
        values.get(PRESET),
        values.find(STEPS),
        values.find(STEP_SIZE),
        values.find(GRADIENT_NORM),
        values.find(DIFF_TIMESTEP_MIN),
        values.find(DIFF_TIMESTEP_MAX),
        values.find(DIFF_NOISE_DRAWS),
        values.find(DIFF_SEED));
  }

  private static void requireDiff(Setting<?> setting, Optional<?> value) {
    if (value.isPresent()) {
      throw new IllegalArgumentException(
          "%s: is set, but %s is \"cos\", which draws no noise; remove it or choose diff"
              .formatted(setting.key(), METHOD.key()));
    }
  }
}
