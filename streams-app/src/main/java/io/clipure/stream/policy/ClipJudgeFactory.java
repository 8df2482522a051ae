package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.TextEncoder;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.views.ViewPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Compiles label sets against one model bundle. Thread-safe as far as the text encoder is; does not
 * own the encoder, whoever made it closes it.
 */
public final class ClipJudgeFactory implements JudgeFactory {
  private final ModelInfo model;
  private final TextEncoder textEncoder;
  private final Purifier purifier;
  private final ViewPlan plan;
  private final SuspicionChoice suspicion;
  private final JudgeSettings settings;

  /**
   * Creates a factory whose suspicion rule follows from the views and the bundle's calibration.
   *
   * @param plan the views that images come with
   * @throws io.clipure.stream.clip.BundleException if the calibration's suspicion model weighs a
   *     signal this version does not know
   */
  public ClipJudgeFactory(
      ModelInfo model,
      TextEncoder textEncoder,
      Purifier purifier,
      ViewPlan plan,
      JudgeSettings settings) {
    this.model = Objects.requireNonNull(model, "model");
    this.textEncoder = Objects.requireNonNull(textEncoder, "textEncoder");
    this.purifier = Objects.requireNonNull(purifier, "purifier");
    this.plan = Objects.requireNonNull(plan, "plan");
    this.suspicion = SuspicionChoice.of(model, plan);
    this.settings = Objects.requireNonNull(settings, "settings");
  }

  /**
   * {@inheritDoc}
   *
   * <p>Runs the text encoder over prompts × templates: seconds for large sets, so not on a thread
   * that must keep polling.
   */
  @Override
  public ClipJudge compile(LabelSet labelSet) {
    List<String> unknown = UnknownWords.in(labelSet, model, textEncoder);
    if (!unknown.isEmpty() && !settings.allowUnknownWords()) {
      throw new LabelSetException(
          unknown.stream()
              .map(
                  finding ->
                      finding + "; use words the model knows or allow unknown words explicitly")
              .toList());
    }
    List<String> warnings = new ArrayList<>(unknown);
    warnings.addAll(suspicion.warnings());
    return new ClipJudge(
        labelSet,
        Thresholds.labels(labelSet, model.calibration()),
        new PromptMatrix(labelSet, PromptEmbeddings.of(labelSet, model, textEncoder), model),
        purifier,
        plan,
        suspicion.rule(),
        Thresholds.resolve(labelSet, model.calibration(), settings, suspicion),
        settings.viewDecision(),
        warnings);
  }
}
