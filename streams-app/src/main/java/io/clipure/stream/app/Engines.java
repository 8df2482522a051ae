package io.clipure.stream.app;

import io.clipure.stream.batching.EncoderFactory;
import io.clipure.stream.clip.BundleManifest;
import io.clipure.stream.clip.ComputeDevice;
import io.clipure.stream.clip.DjlImageEncoder;
import io.clipure.stream.clip.DjlPrior;
import io.clipure.stream.clip.EncoderException;
import io.clipure.stream.clip.EncoderOptions;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageGradient;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.TextEncoder;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.image.DefaultImageLoader;
import io.clipure.stream.image.fetch.References;
import io.clipure.stream.policy.ClipJudge;
import io.clipure.stream.policy.ClipJudgeFactory;
import io.clipure.stream.policy.Judge;
import io.clipure.stream.policy.JudgeFactory;
import io.clipure.stream.policy.JudgeSettings;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetYaml;
import io.clipure.stream.policy.PurifyingImageEncoder;
import io.clipure.stream.purify.DiffPurifierSettings;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.ViewPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Model, pixels and policy of one configuration: what the service, {@code classify} and the
 * benchmarks share, so that all of them judge alike. Owns the text encoder and the references; the
 * image encoders belong to whoever opened them.
 */
final class Engines implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  /** Known to everybody who reads this: better than no views, no secret. */
  private static final String PUBLIC_KEY = "clipure-stream: this key of the views is public";

  private final AppConfig config;
  private final ModelBundle bundle;
  private final TextEncoder textEncoder;

  /** For judges that differ in what does not touch texts: each prompt is encoded once for all. */
  private final TextEncoder rememberedTexts;

  private final Purifier purifier;
  private final KeyedViews views;
  private final ModelInfo info;
  private final ClipJudgeFactory judges;
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
    this.rememberedTexts = new RememberedTexts(text);
    this.purifier = Purifiers.of(config.purify());
    this.views = views(config, bundle.info());
    this.info = calibrated();
    this.judges = judges(info, text);
    this.loader = new DefaultImageLoader(info.imageSize(), Settings.image(config));
  }

  /**
   * Opens bundle and label set.
   *
   * @throws io.clipure.stream.clip.BundleException if the bundle is not whole
   * @throws io.clipure.stream.policy.LabelSetException if the label set is not sound
   * @throws RefusedException if the bundle lacks the prior that the configuration asks for, or the
   *     calibration file was made for another bundle
   */
  static Engines open(AppConfig config, Home home) {
    Path labels = config.policy().labels().orElseGet(home::demoLabels);
    LabelSet labelSet = LabelSetYaml.load(labels);
    References references = references(config);
    ModelBundle bundle = ModelBundle.open(config.model().bundle().orElseGet(home::demoBundle));
    Optional<Integer> priorTimesteps =
        Optional.ofNullable(bundle.manifest().prior()).map(BundleManifest.Prior::timesteps);
    config
        .purify()
        .problem(priorTimesteps)
        .ifPresent(
            problem -> {
              throw new RefusedException(problem);
            });
    // Text is encoded once a label set; the first device would be busy with images.
    TextEncoder text = bundle.openTextEncoder("cpu", EncoderOptions.defaults());
    try {
      return new Engines(config, bundle, labelSet, text, references);
    } catch (RuntimeException e) {
      text.close();
      references.close();
      throw e;
    }
  }

  /** The views of a plan, drawn from the configured key. */
  static KeyedViews views(AppConfig config, ViewPlan plan) {
    return new KeyedViews(plan, config.suspicion().key().orElse(PUBLIC_KEY));
  }

  private static KeyedViews views(AppConfig config, ModelInfo model) {
    try {
      return views(config, ViewPlan.parse(config.suspicion().views(), model.imageSize()));
    } catch (IllegalArgumentException e) {
      throw new RefusedException("suspicion.views: " + e.getMessage(), e);
    }
  }

  /** What is encoded besides each image. */
  KeyedViews views() {
    return views;
  }

  /** An image's pixels with its views. */
  ImageViews views(byte[] pixels) {
    byte[] digest = ImageViews.digestOf(pixels);
    int size = info.imageSize();
    return ImageViews.of(
        pixels, digest, views.draw(digest).stream().map(view -> view.apply(pixels, size)).toList());
  }

  /** What an operator should know of the views; empty: nothing. */
  Optional<String> viewsWarning() {
    return views.plan().extraViews() == 0 || config.suspicion().key().isPresent()
        ? Optional.empty()
        : Optional.of(
            "suspicion.key is not set: the views of images are drawn from a public key, so an"
                + " attacker can predict them; put one into a file, e.g. with openssl rand -hex 32,"
                + " and set suspicion.key=${file:/etc/clipure/views.key}");
  }

  /** The model, with the configured calibration or else the bundle's own. */
  ModelInfo info() {
    return info;
  }

  private ModelInfo calibrated() {
    Optional<Path> file = config.policy().calibration();
    if (file.isEmpty()) {
      return bundle.info();
    }
    CalibrationInForce inForce =
        CalibrationInForce.of(
            file.get(), bundle.info(), labelSet, purifier.id(), views.plan().id());
    inForce.warnings().forEach(LOG::warn);
    return inForce.model();
  }

  private ClipJudgeFactory judges(ModelInfo model, TextEncoder text) {
    return new ClipJudgeFactory(model, text, purifier, views.plan(), Settings.judge(config));
  }

  /** What {@code calibrate} works on. */
  CalibrationBench bench() {
    return new CalibrationBench(
        info,
        labelSet,
        purifier.id(),
        views,
        calibration -> judges(info.withCalibration(calibration), rememberedTexts).compile(labelSet),
        config.policy().suspicionThreshold().isPresent());
  }

  String precision() {
    return bundle.manifest().precision();
  }

  String engine() {
    return bundle.engine();
  }

  /**
   * Opens what the configuration allows to fetch; the caller closes it.
   *
   * @throws RefusedException if the configuration contradicts itself
   */
  static References references(AppConfig config) {
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
    DjlImageEncoder encoder = openBareEncoder(device);
    try {
      Optional<DiffPurifierSettings> diff = Purifiers.diff(config.purify());
      return diff.isPresent() ? purifying(encoder, diff.get(), device, options()) : encoder;
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  /** As {@link #openEncoder}, but nothing is purified on the device, whatever is configured. */
  DjlImageEncoder openBareEncoder(String device) {
    DjlImageEncoder encoder =
        open(() -> bundle.openImageEncoder(device, imageOptions(config, info, device)));
    try {
      if (config.model().warmUp()) {
        encoder.warmUp(rows());
      }
      return encoder;
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  /**
   * Opens the image encoder with its gradient, for attacks; the caller closes it.
   *
   * @throws io.clipure.stream.clip.BundleException if the bundle has none
   * @throws RefusedException if this machine or build does not have the device
   */
  ImageGradient openGradient(String device) {
    return open(() -> bundle.openImageGradient(device, options()));
  }

  /** A judge that sees an image once and suspects nobody, under the configured label set. */
  ClipJudge undefendedJudge(Purifier other) {
    return new ClipJudgeFactory(
            info,
            rememberedTexts,
            other,
            ViewPlan.none(),
            new JudgeSettings(
                config.policy().lowConfidenceScore(),
                config.policy().lowConfidenceMargin(),
                Double.MAX_VALUE,
                config.policy().allowUnknownWords()))
        .compile(labelSet);
  }

  private ImageEncoder purifying(
      DjlImageEncoder encoder, DiffPurifierSettings diff, String device, EncoderOptions options) {
    DjlPrior prior = open(() -> bundle.openPrior(device, options));
    try {
      PurifyingImageEncoder purifying = PurifyingImageEncoder.of(encoder, prior, diff);
      if (config.model().warmUp()) {
        purifying.warmUp(rows());
      }
      return purifying;
    } catch (RuntimeException e) {
      prior.close();
      throw e;
    }
  }

  private EncoderOptions options() {
    return Settings.encoder(config);
  }

  /**
   * How image graphs are run. Whoever encodes images, live or to prove a verdict, must run them
   * alike: on a GPU bits depend on the shape of the batch.
   */
  static EncoderOptions imageOptions(AppConfig config, ModelInfo model, String device) {
    EncoderOptions options = Settings.encoder(config);
    return config.model().fixedBatch() && ComputeDevice.parse(device).isGpu()
        ? options.withFixedRows(rows(config, views(config, model)))
        : options;
  }

  private int rows() {
    return rows(config, views);
  }

  /** Rows of the largest batch: images and their views. */
  private static int rows(AppConfig config, KeyedViews views) {
    return config.batching().maxBatch() * (1 + views.plan().extraViews());
  }

  private static <T> T open(Supplier<T> opening) {
    try {
      return opening.get();
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
