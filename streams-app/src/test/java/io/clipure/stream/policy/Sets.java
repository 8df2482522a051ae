package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Label sets, labels and models for tests. */
final class Sets {
  private Sets() {}

  static Label label(String id, String group, Action action, Double threshold, String... prompts) {
    List<String> texts = prompts.length == 0 ? List.of("a " + id) : Arrays.asList(prompts);
    return new Label(id, id, group, action, threshold, texts);
  }

  static LabelSet set(Label... labels) {
    return LabelSets.digested(content(List.of("a photo of {}.", "{}"), labels));
  }

  /** A set that was neither validated nor digested. */
  static LabelSet content(List<String> templates, Label... labels) {
    return new LabelSet("test", "", "", templates, Arrays.asList(labels), null, null, false);
  }

  static LabelSet withLowConfidence(LabelSet set, Double score, Double margin) {
    return LabelSets.digested(
        new LabelSet(
            set.name(),
            set.description(),
            "",
            set.templates(),
            set.labels(),
            score,
            margin,
            set.calibrated()));
  }

  static ModelInfo model(int dimension, ModelInfo.Calibration calibration) {
    return new ModelInfo(
        "fake",
        "0".repeat(64),
        64,
        dimension,
        20.0,
        gaussian(dimension, 99),
        List.of("an image of {}."),
        calibration);
  }

  static float[] gaussian(int dimension, long seed) {
    Random random = new Random(seed);
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }
}
