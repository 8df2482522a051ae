package io.clipure.stream.purify;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Named choices of purification.
 *
 * <p><b>Why {@link #GENTLE} and not {@link #PAPER} is the default.</b> With the published settings
 * (N = 10, η = 30, normalised gradient) a step turns the embedding by arctan 30 = 88°, past the
 * anchor, and the next one turns it back: for an even N the output <em>is</em> the input (cosine
 * 0.9993 to 1; given a cosine to the anchor above 0.033, as CLIP's are), so it neither helps nor
 * harms; for an odd N every image collapses onto the anchor. Its published robustness is gradient
 * masking: through ten such steps the attacker's gradient is (30/√2)⁻¹⁰ of the true one, zero in
 * half precision; an attack computed in double precision succeeds as it does without purification.
 * No setting of CLIPure-Cos we measured gives robustness. GENTLE is a convergent rotation, small
 * enough to keep clean accuracy, whose effect (whether the top label survives it, and how far the
 * scores move) can at least serve as a signal.
 */
public enum PurifierPreset {
  /**
   * N = 10, η = 0.005, gradient not normalised: turns the embedding by about 0.05·sinθ toward the
   * anchor, 5 % of a small angle and 4 % of the 70–80° usual between image and text embeddings. A
   * turn by 10 % of the angle cost 1 point of clean accuracy, by 25 % 3 points, by 50 % 23 points.
   */
  GENTLE(new PurifierSettings(10, 0.005, GradientNorm.NONE)),
  /** N = 10, η = 30, normalised gradient, as published; returns its input. */
  PAPER(new PurifierSettings(10, 30, GradientNorm.SAMPLE)),
  /** No purification. */
  OFF(null);

  private final PurifierSettings settings;

  PurifierPreset(PurifierSettings settings) {
    this.settings = settings;
  }

  /**
   * The preset of a configured name.
   *
   * @throws IllegalArgumentException listing the names if it is none of them
   */
  public static PurifierPreset named(String name) {
    return Arrays.stream(values())
        .filter(preset -> preset.key().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "purifier is \""
                        + name
                        + "\", expected one of "
                        + Arrays.stream(values())
                            .map(PurifierPreset::key)
                            .collect(Collectors.joining(", "))));
  }

  /** Name in configuration: lower case. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Settings of CLIPure-Cos; empty for {@link #OFF}. */
  public Optional<PurifierSettings> settings() {
    return Optional.ofNullable(settings);
  }

  /** A purifier with these settings. */
  public Purifier purifier() {
    return settings == null ? new OffPurifier() : new CosPurifier(settings);
  }
}
