package io.clipure.stream.config;

import java.util.List;
import java.util.Optional;

/**
 * Purification: a preset, and what overrides it.
 *
 * @param steps overrides the preset's number of steps
 * @param stepSize overrides its step size
 * @param gradientNorm overrides its norm
 */
public record PurifyConfig(
    Preset preset,
    Optional<Integer> steps,
    Optional<Double> stepSize,
    Optional<GradientNorm> gradientNorm) {

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

  static final Setting<Preset> PRESET =
      Setting.of(
          "purify.preset",
          ValueType.choice(Preset.class),
          Preset.GENTLE,
          "CLIPure-Cos settings: gentle is a small convergent rotation, paper the published N = 10,"
              + " step 30 (which returns its input), off none.");
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

  /**
   * Checks bounds and that nothing overrides {@code off}.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public PurifyConfig {
    steps.ifPresent(STEPS::check);
    stepSize.ifPresent(STEP_SIZE::check);
    if (preset == Preset.OFF
        && (steps.isPresent() || stepSize.isPresent() || gradientNorm.isPresent())) {
      throw new IllegalArgumentException(
          "%s: \"off\" leaves nothing to override; remove %s, %s and %s or choose gentle or paper"
              .formatted(PRESET.key(), STEPS.key(), STEP_SIZE.key(), GRADIENT_NORM.key()));
    }
  }

  static List<Setting<?>> settings() {
    return List.of(PRESET, STEPS, STEP_SIZE, GRADIENT_NORM);
  }

  static PurifyConfig from(Values values) {
    return new PurifyConfig(
        values.get(PRESET), values.find(STEPS), values.find(STEP_SIZE), values.find(GRADIENT_NORM));
  }
}
