package io.clipure.stream.redteam.masking;

import io.clipure.stream.redteam.target.Evaluation;
import io.clipure.stream.redteam.target.Goal;
import io.clipure.stream.redteam.target.Loss;
import io.clipure.stream.redteam.target.Target;
import io.clipure.stream.redteam.target.Victim;
import java.util.ArrayList;
import java.util.List;

/** Lengths of a loss's gradients at the originals, for {@link MaskingChecklist#gradientsVanish}. */
public final class GradientNorms {
  private GradientNorms() {}

  /** ‖∂loss/∂pixels‖₂ at every victim, pixels in the scale 0..255; one gradient each. */
  public static double[] at(Target target, List<Victim> victims, Loss loss, int draws, long seed) {
    List<float[]> images = new ArrayList<>(victims.size());
    List<Goal> goals = new ArrayList<>(victims.size());
    for (Victim victim : victims) {
      float[] pixels = new float[victim.pixels().length];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = victim.pixels()[i] & 0xFF;
      }
      images.add(pixels);
      goals.add(new Goal(victim, Goal.ANY, seed + victim.index()));
    }
    return target.gradients(images, goals, loss, draws).stream()
        .map(Evaluation::gradient)
        .mapToDouble(GradientNorms::length)
        .toArray();
  }

  private static double length(float[] vector) {
    double square = 0;
    for (float value : vector) {
      square += (double) value * value;
    }
    return Math.sqrt(square);
  }
}
