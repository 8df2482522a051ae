package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.stream.audit.store.ContentStore;
import io.clipure.stream.audit.verify.Obstacle;
import io.clipure.stream.audit.verify.RecordedPurifier;
import io.clipure.stream.clip.BundleException;
import io.clipure.stream.clip.CalibrationFile;
import io.clipure.stream.clip.CalibrationFiles;
import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.ClipJudge;
import io.clipure.stream.policy.ClipJudgeFactory;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetException;
import io.clipure.stream.purify.DiffPurifierSettings;
import io.clipure.stream.purify.OnDevicePurifier;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.views.ViewPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Finds what verdicts were made with, by the digests they carry: bundle, label set, calibration,
 * purifier and view plan. What the record does not name is taken from the configuration: thresholds
 * of low confidence and suspicion where neither label set nor calibration has them, how views make
 * one decision, and the views' key.
 *
 * <p><b>Threading</b>: one thread. Owns the encoders it opens; keeps two bundles open at most.
 */
final class RederivationSetups implements AutoCloseable {
  private static final int OPEN_BUNDLES = 2;
  private static final int COMPILED_SETS = 16;

  /** What tells judges apart. */
  private record Key(
      String model, String labelSet, String calibration, String purifier, String views) {
    static Key of(LabelledImage verdict) {
      Provenance provenance = verdict.getProvenance();
      return new Key(
          provenance.getModelDigest(),
          provenance.getLabelSetDigest(),
          provenance.getCalibrationId(),
          verdict.getPurification().getMethod(),
          // Written before there were views.
          provenance.getViewPlan() == null ? ViewPlan.none().id() : provenance.getViewPlan());
    }
  }

  private final AppConfig config;
  private final List<ContentStore> stores;
  private final List<ModelBundle> atHand = new ArrayList<>();
  private final LabelSetsByDigest labelSets;
  private final Optional<CalibrationFile> configured;
  private final RememberedFew<String, RederivationModel> models =
      new RememberedFew<>(OPEN_BUNDLES, RederivationModel::close);
  private final RememberedFew<Key, RederivationSetup> setups =
      new RememberedFew<>(COMPILED_SETS, setup -> {});

  /**
   * Opens the configured bundle and those beside the program.
   *
   * @throws io.clipure.stream.clip.BundleException if the configured bundle or calibration is not
   *     whole
   */
  RederivationSetups(AppConfig config, Home home, List<ContentStore> stores) {
    this.config = config;
    this.stores = stores;
    this.configured = config.policy().calibration().map(CalibrationFiles::read);
    config.model().bundle().ifPresent(path -> atHand.add(ModelBundle.open(path)));
    besideTheProgram(home).forEach(path -> atHand.add(ModelBundle.open(path)));
    this.labelSets = new LabelSetsByDigest(config, home, stores);
  }

  private static List<Path> besideTheProgram(Home home) {
    try (Stream<Path> folders = Files.list(home.directory().resolve("bundles"))) {
      return folders.filter(path -> Files.exists(path.resolve("manifest.json"))).sorted().toList();
    } catch (IOException e) {
      return List.of(); // A production image may have none.
    }
  }

  /**
   * Finds what a verdict was made with.
   *
   * @throws RefusedException if the cluster does not answer
   */
  RederivationSetup of(LabelledImage verdict) {
    Key key = Key.of(verdict);
    Optional<Supplier<ModelBundle>> bundle = find(key.model());
    if (bundle.isEmpty()) {
      return missing(
          Obstacle.BUNDLE_UNKNOWN,
          "no bundle with digest %s (%s) is configured, beside the program or in a store; put it in"
                  .formatted(
                      SafeText.cut(key.model(), 64),
                      SafeText.cut(verdict.getProvenance().getModelName(), 60))
              + " with store add");
    }
    RederivationModel model =
        models.get(key.model(), digest -> new RederivationModel(config, bundle.get().get()));
    RederivationSetup setup = setups.get(key, any -> compile(key, model));
    // What was compiled outlives a bundle that was closed for another since.
    return setup instanceof RederivationSetup.Ready ready
        ? new RederivationSetup.Ready(model, ready.judge(), ready.views(), ready.diff())
        : setup;
  }

  /**
   * The label set that a verdict names, whatever else of it is missing.
   *
   * @throws RefusedException if the cluster does not answer
   */
  Optional<LabelSet> labelSet(LabelledImage verdict) {
    return labelSets.find(verdict.getProvenance().getLabelSetDigest());
  }

  private Optional<Supplier<ModelBundle>> find(String digest) {
    Optional<Supplier<ModelBundle>> here =
        atHand.stream()
            .filter(bundle -> bundle.digest().equals(digest))
            .findFirst()
            .map(bundle -> () -> bundle);
    return here.or(
        () ->
            stores.stream()
                .flatMap(store -> store.bundle(digest).stream())
                .findFirst()
                .map(path -> () -> open(path, digest)));
  }

  private static ModelBundle open(Path path, String digest) {
    ModelBundle bundle = ModelBundle.open(path);
    if (!bundle.digest().equals(digest)) {
      throw new RefusedException(
          "%s: the bundle has digest %s: it was changed in the store; put it in again"
              .formatted(path, bundle.digest()));
    }
    return bundle;
  }

  private RederivationSetup compile(Key key, RederivationModel model) {
    Optional<ModelInfo> info = calibrated(model.bundle().info(), key.calibration());
    if (info.isEmpty()) {
      return missing(
          Obstacle.CALIBRATION_UNKNOWN,
          "no calibration %s is configured, in the bundle or in a store; put its file in with store"
                  .formatted(SafeText.cut(key.calibration(), 80))
              + " add");
    }
    Optional<LabelSet> labels = labelSets.find(key.labelSet());
    if (labels.isEmpty()) {
      return missing(
          Obstacle.LABEL_SET_UNKNOWN,
          "no label set with digest %s is configured, in a store or still in topic %s; put it in"
                  .formatted(SafeText.cut(key.labelSet(), 64), config.topics().labelSets())
              + " with store add");
    }
    Optional<DiffPurifierSettings> diff =
        Purifiers.diff(config.purify()).filter(settings -> settings.id().equals(key.purifier()));
    Optional<Purifier> purifier =
        diff.<Purifier>map(settings -> new OnDevicePurifier(settings.id()))
            .or(() -> RecordedPurifier.of(key.purifier()));
    if (purifier.isEmpty()) {
      return missing(
          Obstacle.PURIFIER_UNKNOWN,
          "purified by %s, which this version or the purify.* keys do not give"
              .formatted(SafeText.cut(key.purifier(), 120)));
    }
    ViewPlan plan;
    try {
      plan = ViewPlan.parse(key.views(), info.get().imageSize());
    } catch (IllegalArgumentException e) {
      return missing(Obstacle.VIEW_PLAN_UNKNOWN, e.getMessage());
    }
    try {
      ClipJudge judge =
          new ClipJudgeFactory(
                  info.get(), model.text(), purifier.get(), plan, Settings.judge(config))
              .compile(labels.get());
      return new RederivationSetup.Ready(model, judge, Engines.views(config, plan), diff);
    } catch (LabelSetException e) {
      return missing(Obstacle.LABEL_SET_UNKNOWN, String.join("; ", e.problems()));
    } catch (BundleException e) {
      return missing(Obstacle.CALIBRATION_UNKNOWN, e.getMessage());
    }
  }

  private Optional<ModelInfo> calibrated(ModelInfo bundle, String calibration) {
    if (calibration == null) {
      return Optional.of(bundle.withCalibration(null));
    }
    if (bundle.calibration() != null && bundle.calibration().id().equals(calibration)) {
      return Optional.of(bundle);
    }
    return configured
        .filter(file -> file.stamp().equals(calibration))
        .or(
            () ->
                stores.stream()
                    .flatMap(store -> store.calibration(calibration).stream())
                    .findFirst())
        .filter(file -> file.madeFor().modelDigest().equals(bundle.digest()))
        .map(file -> bundle.withCalibration(file.calibration()));
  }

  private static RederivationSetup missing(Obstacle why, String detail) {
    return new RederivationSetup.Missing(why, detail);
  }

  @Override
  public void close() {
    models.close();
  }
}
