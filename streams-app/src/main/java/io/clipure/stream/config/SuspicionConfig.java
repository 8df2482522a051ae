package io.clipure.stream.config;

import java.util.List;
import java.util.Optional;

/**
 * The views of an image that are encoded besides it.
 *
 * @param views the plan; the views room reads it, because the default reach depends on the model
 * @param key secret from which each image's views are drawn; empty: a public one
 */
public record SuspicionConfig(String views, Optional<String> key) {
  static final Setting<String> VIEWS =
      Setting.of(
          "suspicion.views",
          ValueType.text(
              "a view plan",
              "none, or shift:N, dctQUALITY:1, blur:1, cropPIXELS:1 by commas, 16 views at most,"
                  + " e.g. shift:1, shift:4, shift:1,dct75:1",
              "none|(shift|blur|dct\\d{1,3}|crop\\d{1,3}):\\d{1,2}(\\(reach=\\d{1,4}\\))?"
                  + "(\\s*,\\s*(shift|blur|dct\\d{1,3}|crop\\d{1,3}):\\d{1,2}"
                  + "(\\(reach=\\d{1,4}\\))?)*"),
          "shift:2",
          "Views encoded besides each image, against attacks: each costs the encoder as much as the"
              + " image. shift:N draws N shifts for each image from suspicion.key; dct75 quantises"
              + " as JPEG does, blur smooths, crop2 cuts 2 pixels off each side.");
  static final Setting<String> KEY =
      Setting.secret(
          "suspicion.key",
          ValueType.text("a key", "16 to 1024 characters", "[^\\p{Cntrl}]{16,1024}"),
          "a public key",
          "Secret from which each image's views are drawn; whoever knows it can make images that fool"
              + " these views too. Keep it out of the file, e.g. ${file:/run/secrets/views}.");

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public SuspicionConfig {
    VIEWS.check(views);
    key.ifPresent(KEY::check);
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "SuspicionConfig[views=%s, key=%s]".formatted(views, key.map(k -> Secrets.HIDDEN));
  }

  static List<Setting<?>> settings() {
    return List.of(VIEWS, KEY);
  }

  static SuspicionConfig from(Values values) {
    return new SuspicionConfig(values.get(VIEWS), values.find(KEY));
  }
}
