package io.clipure.stream.audit.rescore;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.Judge;
import io.clipure.stream.policy.Verdict;
import io.clipure.stream.topology.HalfPrecision;
import io.clipure.stream.topology.Rescored;
import io.clipure.stream.topology.VerdictRecords;
import io.clipure.stream.views.ViewPlan;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Judges a result anew from its embeddings. They were stored in half precision: about three decimal
 * digits a component, so scores move a little and {@link Drift} counts what that does.
 *
 * <p><b>Threading</b>: thread-safe.
 */
public final class Rescorer implements Function<LabelledImage, Rescored> {
  private final Judge judge;
  private final ModelInfo model;
  private final ViewPlan plan;
  private final VerdictRecords records;
  private final Drift drift;

  /**
   * Creates the rescorer.
   *
   * @param judge the candidate's; purifies in closed form
   * @param model the candidate's bundle, with its calibration
   * @param plan the candidate's views
   * @param records writes the new results
   * @param drift told of every result
   */
  public Rescorer(
      Judge judge, ModelInfo model, ViewPlan plan, VerdictRecords records, Drift drift) {
    this.judge = judge;
    this.model = model;
    this.plan = plan;
    this.records = records;
    this.drift = drift;
  }

  @Override
  public Rescored apply(LabelledImage before) {
    if (before == null) {
      return unusable(SkipReason.EMPTY_VALUE, "the record has no value");
    }
    Provenance provenance = before.getProvenance();
    if (!provenance.getModelDigest().equals(model.digest())) {
      return unusable(
          SkipReason.MODEL_DIFFERS,
          "its embedding is of model %s (%s), the candidate is %s (%s); replay the image"
              .formatted(
                  provenance.getModelName(),
                  brief(provenance.getModelDigest()),
                  model.name(),
                  brief(model.digest())));
    }
    if (before.getEmbedding() == null) {
      return unusable(
          SkipReason.NO_EMBEDDING,
          "it holds no embedding (stream.store-embedding was false); replay the image");
    }
    int views = plan.extraViews();
    if (views > 0) {
      if (!plan.id().equals(provenance.getViewPlan())) {
        return unusable(
            SkipReason.VIEWS_DIFFER,
            "it was seen in the views %s, the candidate's are %s; replay the image"
                .formatted(
                    provenance.getViewPlan() == null ? "none" : provenance.getViewPlan(),
                    plan.id()));
      }
      if (before.getViewEmbeddings().size() != views || before.getViews().size() != views) {
        return unusable(
            SkipReason.NO_EMBEDDING,
            "it holds embeddings of %d views, expected %d; replay the image"
                .formatted(before.getViewEmbeddings().size(), views));
      }
    }
    Verdict verdict;
    try {
      verdict = judge.judge(embeddings(before, views));
    } catch (IllegalArgumentException e) {
      return unusable(SkipReason.EMBEDDING_UNUSABLE, e.getMessage() + "; replay the image");
    }
    LabelledImage result = records.rejudged(before, verdict);
    drift.observe(before, result);
    return new Rescored.Judged(result);
  }

  private static ImageEmbeddings embeddings(LabelledImage record, int views) {
    float[][] embeddings = new float[1 + views][];
    embeddings[0] = HalfPrecision.decode(record.getEmbedding());
    List<ByteBuffer> extra = record.getViewEmbeddings();
    for (int v = 0; v < views; v++) {
      embeddings[1 + v] = HalfPrecision.decode(extra.get(v));
    }
    return new ImageEmbeddings(embeddings, null);
  }

  private static Rescored unusable(SkipReason reason, String message) {
    return new Rescored.Unusable(reason.name(), message);
  }

  private static String brief(String digest) {
    String text = digest.length() > 12 ? digest.substring(0, 12) : digest;
    return text.toLowerCase(Locale.ROOT);
  }
}
