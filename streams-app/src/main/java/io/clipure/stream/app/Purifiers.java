package io.clipure.stream.app;

import io.clipure.stream.config.PurifyConfig;
import io.clipure.stream.purify.CosPurifier;
import io.clipure.stream.purify.GradientNorm;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.purify.PurifierPreset;
import io.clipure.stream.purify.PurifierSettings;

/** The purifier of a configuration: a preset, or a preset with some of its figures replaced. */
final class Purifiers {
  private Purifiers() {}

  static Purifier of(PurifyConfig config) {
    PurifierPreset preset = PurifierPreset.valueOf(config.preset().name());
    return preset
        .settings()
        .<Purifier>map(
            figures ->
                new CosPurifier(
                    new PurifierSettings(
                        config.steps().orElse(figures.steps()),
                        config.stepSize().orElse(figures.stepSize()),
                        config
                            .gradientNorm()
                            .map(norm -> GradientNorm.valueOf(norm.name()))
                            .orElse(figures.gradientNorm()))))
        .orElseGet(preset::purifier);
  }
}
