package io.clipure.stream.app;

import io.clipure.stream.config.PurifyConfig;
import io.clipure.stream.purify.CosPurifier;
import io.clipure.stream.purify.DiffPurifierSettings;
import io.clipure.stream.purify.GradientNorm;
import io.clipure.stream.purify.OnDevicePurifier;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.purify.PurifierPreset;
import io.clipure.stream.purify.PurifierSettings;
import java.util.Optional;

/** The purifier of a configuration: a preset, or a preset with some of its figures replaced. */
final class Purifiers {
  private Purifiers() {}

  /** What judges purify with; under CLIPure-Diff only the name of what the device does. */
  static Purifier of(PurifyConfig config) {
    Optional<DiffPurifierSettings> diff = diff(config);
    if (diff.isPresent()) {
      return new OnDevicePurifier(diff.get().id());
    }
    PurifierPreset preset = PurifierPreset.valueOf(config.preset().name());
    return preset
        .settings()
        .<Purifier>map(
            figures ->
                new CosPurifier(
                    new PurifierSettings(
                        config.steps().orElse(figures.steps()),
                        config.stepSize().orElse(figures.stepSize()),
                        norm(config).orElse(figures.gradientNorm()))))
        .orElseGet(preset::purifier);
  }

  /** What encoders purify with; empty: nothing is purified on the device. */
  static Optional<DiffPurifierSettings> diff(PurifyConfig config) {
    if (config.method() != PurifyConfig.Method.DIFF) {
      return Optional.empty();
    }
    DiffPurifierSettings figures =
        config.preset() == PurifyConfig.Preset.PAPER
            ? DiffPurifierSettings.PUBLISHED
            : DiffPurifierSettings.GENTLE;
    return Optional.of(
        new DiffPurifierSettings(
            config.steps().orElse(figures.steps()),
            config.stepSize().orElse(figures.stepSize()),
            norm(config).orElse(figures.gradientNorm()),
            config.timestepMin(),
            config.timestepMax(),
            config.diffNoiseDraws().orElse(figures.noiseDraws()),
            config.diffSeed().orElse(figures.seed())));
  }

  private static Optional<GradientNorm> norm(PurifyConfig config) {
    return config.gradientNorm().map(norm -> GradientNorm.valueOf(norm.name()));
  }
}
