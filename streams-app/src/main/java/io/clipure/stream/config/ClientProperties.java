package io.clipure.stream.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Properties that go to a client unchanged. Their text form hides secrets.
 *
 * @param values in key order
 */
public record ClientProperties(Map<String, String> values) {
  /** Copies. */
  public ClientProperties {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>();
    values.forEach((key, value) -> shown.put(key, Secrets.shown(key, value)));
    return shown.toString();
  }
}
