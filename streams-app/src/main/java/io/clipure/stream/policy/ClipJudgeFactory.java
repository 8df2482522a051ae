package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.TextEncoder;
import io.clipure.stream.purify.Purifier;
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
  private final SuspicionRule suspicionRule;
  private final JudgeSettings settings;

  /** Creates a factory. */
  public ClipJudgeFactory(
      ModelInfo model,
      TextEncoder textEncoder,
      Purifier purifier,
      SuspicionRule suspicionRule,
      JudgeSettings settings) {
    this.model = Objects.requireNonNull(model, "model");
    this.textEncoder = Objects.requireNonNull(textEncoder, "textEncoder");
    this.purifier = Objects.requireNonNull(purifier, "purifier");
    this.suspicionRule = Objects.requireNonNull(suspicionRule, "suspicionRule");
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
    return new ClipJudge(
        labelSet,
        new PromptMatrix(labelSet, PromptEmbeddings.of(labelSet, model, textEncoder), model),
        purifier,
        suspicionRule,
        Thresholds.resolve(labelSet, model.calibration(), settings, suspicionRule),
        unknown);
  }
}
