package io.clipure.stream.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A candidate that runs beside the live service, on a share of its events.
 *
 * @param config file with what the candidate has otherwise; empty: no candidate runs
 * @param share part of the events it sees, 0 to 1
 * @param key what chooses them, with their ids; empty: a public one
 */
public record ShadowConfig(Optional<Path> config, double share, Optional<String> key) {
  static final Setting<Path> CONFIG =
      Setting.optional(
          "shadow.config",
          ValueType.path(),
          "no shadow",
          "File with what a candidate has otherwise (model.bundle, policy.*, purify.*, suspicion.*);"
              + " run then lets it classify a share of the live events too, to"
              + " topics.images-shadow.");
  static final Setting<Double> SHARE =
      Setting.of(
          "shadow.share",
          ValueType.decimal(0, 1),
          0.01,
          "Part of the live events that the candidate sees, chosen by their ids.");
  static final Setting<String> KEY =
      Setting.secret(
          "shadow.key",
          ValueType.text("a key", "16 to 1024 characters", "[^\\p{Cntrl}]{16,1024}"),
          "a public key",
          "What chooses the ids, by HMAC-SHA256(key, id); the same in all instances. With the public"
              + " one anybody can tell which uploads a candidate will see.");

  private static final String BUNDLE = ModelConfig.BUNDLE.key();
  private static final String CALIBRATION = PolicyConfig.CALIBRATION.key();
  private static final List<String> OPEN = List.of("policy.", "purify.", "suspicion.");

  /**
   * Checks bounds.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public ShadowConfig {
    SHARE.check(share);
    key.ifPresent(KEY::check);
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "ShadowConfig[config=%s, share=%s, key=%s]"
        .formatted(config, share, key.map(k -> Secrets.HIDDEN));
  }

  static List<Setting<?>> settings() {
    return List.of(CONFIG, SHARE, KEY);
  }

  static ShadowConfig from(Values values) {
    return new ShadowConfig(values.find(CONFIG), values.get(SHARE), values.find(KEY));
  }

  /**
   * The candidate: the live layers under its file, on one worker of the first device, with one
   * thread where that is the processor. A calibration of the live bundle is none of another
   * bundle's.
   *
   * @param sources of the live configuration
   * @param problems takes a line for each problem
   * @return empty after problems
   */
  static Optional<AppConfig> candidate(
      Path path, List<ConfigSource> sources, Consumer<String> problems) {
    ConfigSource file = ConfigSource.file(path);
    List<String> found = new ArrayList<>(file.problems());
    boolean otherBundle = false;
    boolean ownCalibration = false;
    for (ConfigSource.Entry entry : file.entries()) {
      String key = entry.key();
      otherBundle |= key.equals(BUNDLE);
      ownCalibration |= key.equals(CALIBRATION);
      if (!key.equals(BUNDLE) && OPEN.stream().noneMatch(key::startsWith)) {
        found.add(
            "%s: %s is not the candidate's to choose; expected only %s, policy.*, purify.*,"
                    .formatted(entry.where(), Secrets.shownKey(key), BUNDLE)
                + " suspicion.*, remove it");
      }
    }
    if (found.isEmpty()) {
      List<ConfigSource> layers = new ArrayList<>(sources);
      layers.add(file);
      try {
        return Optional.of(AppConfig.candidate(layers, otherBundle && !ownCalibration));
      } catch (ConfigException e) {
        found.addAll(e.problems());
      }
    }
    found.forEach(problem -> problems.accept(CONFIG.key() + ": " + problem));
    return Optional.empty();
  }

  /**
   * Whether a candidate judges by the label set of the live service, published ones included:
   * unless its file names another one.
   */
  public static boolean followsLabelSets(AppConfig live, AppConfig candidate) {
    return candidate.policy().labels().equals(live.policy().labels());
  }
}
