package io.clipure.stream.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The schema registry.
 *
 * @param url required by commands that need a cluster
 * @param client every other key of Confluent's serializers, unchanged
 */
public record RegistryConfig(Optional<String> url, ClientProperties client) {
  static final Setting<String> URL =
      Setting.optional(
          "schema.registry.url",
          ValueType.text(
              "a registry URL",
              "http://, https:// or mock:// URLs, separated by commas",
              "(https?|mock)://\\S+"),
          "required by run",
          "Schema registry; mock://NAME is one inside the process.");

  /**
   * Checks the URL.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public RegistryConfig {
    url.ifPresent(URL::check);
  }

  /** All of it, for the serdes. */
  public Map<String, String> serdeProperties() {
    Map<String, String> all = new HashMap<>(client.values());
    url.ifPresent(value -> all.put(URL.key(), value));
    return Map.copyOf(all);
  }

  /** Hides the user and password a URL may hold. */
  @Override
  public String toString() {
    return "RegistryConfig[url=%s, client=%s]".formatted(url.map(Secrets::withoutUserInfo), client);
  }

  static List<Setting<?>> settings() {
    return List.of(URL);
  }

  static RegistryConfig from(Values values) {
    return new RegistryConfig(
        values.find(URL), values.passThrough(PassThrough::isRegistry, key -> key));
  }
}
