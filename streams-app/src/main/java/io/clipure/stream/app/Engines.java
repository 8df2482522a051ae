package io.clipure.stream.app;

import io.clipure.stream.batching.EncoderFactory;
import io.clipure.stream.clip.DjlImageEncoder;
import io.clipure.stream.clip.EncoderException;
import io.clipure.stream.clip.EncoderOptions;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.TextEncoder;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.image.DefaultImageLoader;
import io.clipure.stream.image.ImageLimits;
import io.clipure.stream.image.fetch.References;
import io.clipure.stream.policy.ClipJudgeFactory;
import io.clipure.stream.policy.Judge;
import io.clipure.stream.policy.JudgeFactory;
import io.clipure.stream.policy.JudgeSettings;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetYaml;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.views.ViewPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Model, pixels and policy of one configuration: what the service, {@code classify} and the
 * benchmarks share, so that all of them judge alike. Owns the text encoder and the references; the
 * image encoders belong to whoever opened them.
 */
final class Engines implements AutoCloseable {
  private final AppConfig config;
  private final ModelBundle bundle;
  private final TextEncoder textEncoder;
  private final Purifier purifier;
  private final JudgeFactory judges;
  private final LabelSet labelSet;
  private final DefaultImageLoader loader;
  private final References references;

  private Engines(
      AppConfig config,
      ModelBundle bundle,
      LabelSet labelSet,
      TextEncoder text,
      References references) {
    this.config = config;
    this.references = references;
    this.bundle = bundle;
    this.labelSet = labelSet;
    this.textEncoder = text;
    this.purifier = Purifiers.of(config.purify());
    this.judges =
        new ClipJudgeFactory(
            bundle.info(),
            text,
            purifier,
            ViewPlan.none(),
            new JudgeSettings(
                config.policy().lowConfidenceScore(),
                config.policy().lowConfidenceMargin(),
                config.policy().suspicionThreshold().orElse(null),
                config.policy().allowUnknownWords()));
    this.loader =
        new DefaultImageLoader(
            bundle.info().imageSize(),
            new ImageLimits(
                config.image().maxBytes().bytes(),
                config.image().maxPixels(),
                config.batching().decodeMemory().bytes()));
  }

  /**
   * Opens bundle and label set.
   *
   * @throws io.clipure.stream.clip.BundleException if the bundle is not whole
   * @throws io.clipure.stream.policy.LabelSetException if the label set is not sound
   */
  static Engines open(AppConfig config, Home home) {
    Path labels = config.policy().labels().orElseGet(home::demoLabels);
    LabelSet labelSet = LabelSetYaml.load(labels);
    References references = references(config);
    ModelBundle bundle = ModelBundle.open(config.model().bundle().orElseGet(home::demoBundle));
    // Text is encoded once a label set; the first device would be busy with images.
    TextEncoder text = bundle.openTextEncoder("cpu", EncoderOptions.defaults());
    return new Engines(config, bundle, labelSet, text, references);
  }

  ModelInfo info() {
    return bundle.info();
  }

  String precision() {
    return bundle.manifest().precision();
  }

  String engine() {
    return bundle.engine();
  }

  private static References references(AppConfig config) {
    try {
      return References.open(ReferenceOptions.of(config));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(e.getMessage(), e);
    }
  }

  /** What the configuration allows to fetch. */
  References references() {
    return references;
  }

  DefaultImageLoader loader() {
    return loader;
  }

  Purifier purifier() {
    return purifier;
  }

  LabelSet labelSet() {
    return labelSet;
  }

  JudgeFactory judges() {
    return judges;
  }

  /** A judge under the configured label set. */
  Judge judge() {
    return judges.compile(labelSet);
  }

  /** The configured devices, one entry a worker. */
  List<String> devices() {
    List<String> devices = new ArrayList<>();
    for (String device : config.model().devices()) {
      for (int worker = 0; worker < config.model().workersPerDevice(); worker++) {
        devices.add(device);
      }
    }
    return devices;
  }

  /** The configured devices, one entry a worker, for the pipeline to open and replace. */
  List<EncoderFactory> encoders() {
    return devices().stream()
        .map(device -> new EncoderFactory(device, () -> openEncoder(device)))
        .toList();
  }

  /**
   * Opens and warms up an image encoder; the caller closes it.
   *
   * @throws RefusedException if this machine or build does not have the device
   */
  ImageEncoder openEncoder(String device) {
    EncoderOptions defaults = EncoderOptions.defaults();
    DjlImageEncoder encoder =
        open(
            bundle,
            device,
            new EncoderOptions(
                config.model().intraOpThreads(),
                config.model().interOpThreads(),
                defaults.optimization(),
                defaults.sessionConfig()));
    if (config.model().warmUp()) {
      encoder.warmUp(config.batching().maxBatch());
    }
    return encoder;
  }

  private static DjlImageEncoder open(ModelBundle bundle, String device, EncoderOptions options) {
    try {
      return bundle.openImageEncoder(device, options);
    } catch (EncoderException e) {
      throw new RefusedException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    references.close();
    textEncoder.close();
  }
}
