package io.clipure.stream.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Properties that go to a client unchanged. Their text form hides secrets.
 *
 * @param values in key order
 * @param hidden keys whose values came by reference and are shown nowhere, whatever their names
 */
public record ClientProperties(Map<String, String> values, Set<String> hidden) {
  /** Copies. */
  public ClientProperties {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
    hidden = Set.copyOf(hidden);
  }

  /** None of them by reference. */
  public ClientProperties(Map<String, String> values) {
    this(values, Set.of());
  }

  /** Every value that must not be shown. */
  List<String> secrets() {
    List<String> secrets = new ArrayList<>();
    values.forEach(
        (key, value) -> {
          if (isHidden(key)) {
            secrets.add(value);
          }
        });
    return secrets;
  }

  private boolean isHidden(String key) {
    return hidden.contains(key) || Secrets.isSecret(key);
  }

  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>();
    values.forEach(
        (key, value) ->
            shown.put(key, isHidden(key) ? Secrets.HIDDEN : Secrets.withoutUserInfo(value)));
    return shown.toString();
  }
}
