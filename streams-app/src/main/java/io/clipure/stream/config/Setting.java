package io.clipure.stream.config;

import java.util.Locale;
import java.util.Optional;

/**
 * One configuration key: everything said about it, in one place.
 *
 * @param key dotted kebab case
 * @param type how its text is read
 * @param defaultValue the value when nothing is set; empty: the setting is then absent
 * @param unsetMeans what absence means, for the README; empty text where there is a default
 * @param description one sentence
 * @param secret whether its value is kept out of every output
 */
record Setting<T>(
    String key,
    ValueType<T> type,
    Optional<T> defaultValue,
    String unsetMeans,
    String description,
    boolean secret) {

  private static final String ENVIRONMENT_PREFIX = "CLIPURE_";

  static <T> Setting<T> of(String key, ValueType<T> type, T defaultValue, String description) {
    return new Setting<>(key, type, Optional.of(defaultValue), "", description, false);
  }

  static <T> Setting<T> optional(
      String key, ValueType<T> type, String unsetMeans, String description) {
    return new Setting<>(key, type, Optional.empty(), unsetMeans, description, false);
  }

  static <T> Setting<T> secret(
      String key, ValueType<T> type, String unsetMeans, String description) {
    return new Setting<>(key, type, Optional.empty(), unsetMeans, description, true);
  }

  /** Name of the environment variable that sets it. */
  String environmentName() {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The default as it would be written, or what absence means. */
  String defaultText() {
    return defaultValue.map(type.formatter()).orElse(unsetMeans);
  }

  /**
   * Reads and checks a text.
   *
   * @throws IllegalArgumentException one line: key, what was seen, what was expected
   */
  T parse(String text) {
    return parse(text, false);
  }

  /**
   * The same.
   *
   * @param hidden whether the text came by reference and is shown nowhere
   */
  T parse(String text, boolean hidden) {
    T value;
    try {
      value = type.parser().apply(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: %s is not %s; expected %s"
              .formatted(key, shown(text, hidden), type.kind(), type.expected()),
          hidden ? null : e);
    }
    if (!type.valid().test(value)) {
      throw outOfRange(shown(text, hidden));
    }
    return value;
  }

  /**
   * Checks a value made in code.
   *
   * @throws IllegalArgumentException as {@link #parse}
   */
  T check(T value) {
    if (!type.valid().test(value)) {
      throw outOfRange(shown(type.formatter().apply(value), false));
    }
    return value;
  }

  private IllegalArgumentException outOfRange(String seen) {
    return new IllegalArgumentException(
        "%s: %s is not allowed; expected %s".formatted(key, seen, type.expected()));
  }

  /** A text with an @ may be a URL with a password in it. */
  private String shown(String text, boolean hidden) {
    return hidden || secret || text.contains("@") ? "the value (hidden)" : '"' + text + '"';
  }
}
