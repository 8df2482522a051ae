package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.TextEncoder;
import java.util.ArrayList;
import java.util.List;

/**
 * Text embeddings of every prompt of a label set, in order: per prompt the mean over templates of
 * the normalised embeddings, normalised again (the zero-shot weights of CLIP).
 *
 * @param vectors {@code [prompts][dimension]}, each of length 1
 */
record PromptEmbeddings(double[][] vectors) {
  /** Texts given to the encoder at once: bounds memory for sets with many templates. */
  private static final int CHUNK = 256;

  static PromptEmbeddings of(LabelSet set, ModelInfo model, TextEncoder encoder) {
    List<String> templates = templates(set, model);
    List<String> prompts = set.labels().stream().flatMap(l -> l.prompts().stream()).toList();
    double[][] vectors = new double[prompts.size()][model.dimension()];
    List<String> texts = new ArrayList<>(CHUNK);
    int first = 0;
    for (int i = 0; i < prompts.size() * templates.size(); i++) {
      texts.add(
          templates.get(i % templates.size()).replace("{}", prompts.get(i / templates.size())));
      if (texts.size() == CHUNK || i == prompts.size() * templates.size() - 1) {
        float[][] encoded = encoder.encode(List.copyOf(texts));
        for (int j = 0; j < encoded.length; j++) {
          add(vectors[(first + j) / templates.size()], encoded[j], texts.get(j), model);
        }
        first += texts.size();
        texts.clear();
      }
    }
    for (int p = 0; p < vectors.length; p++) {
      UnitVector.scaleToUnit(
          vectors[p], "mean text embedding of " + LabelRules.quote(prompts.get(p)));
    }
    return new PromptEmbeddings(vectors);
  }

  /** The set's own templates, or the bundle's if it has none. */
  static List<String> templates(LabelSet set, ModelInfo model) {
    List<String> templates = set.templates().isEmpty() ? model.templates() : set.templates();
    if (templates.isEmpty()) {
      throw new LabelSetException(
          "label set "
              + LabelRules.quote(set.name())
              + ": has no templates and the model "
              + LabelRules.quote(model.name())
              + " has none either; add templates such as \"a photo of a {}.\"");
    }
    return templates;
  }

  private static void add(double[] sum, float[] embedding, String text, ModelInfo model) {
    if (embedding.length != model.dimension()) {
      throw new IllegalStateException(
          "text encoder gave "
              + embedding.length
              + " values, the bundle's manifest says embedding_dim is "
              + model.dimension());
    }
    double[] unit =
        UnitVector.of(embedding, "text embedding of " + LabelRules.quote(text)).values();
    for (int d = 0; d < sum.length; d++) {
      sum[d] += unit[d];
    }
  }
}
