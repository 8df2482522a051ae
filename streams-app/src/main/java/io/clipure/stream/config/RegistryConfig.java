package io.clipure.stream.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

  private static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";
  private static final String USER_INFO = "basic.auth.user.info";
  private static final String BEARER_SOURCE = "bearer.auth.credentials.source";

  /**
   * Confluent's own are a minute to connect, a minute to read, four tries and up to a minute of
   * waits between them: a registry that hangs would hold a stream thread longer than any of our
   * deadlines. These end within 24 s for one URL, below the drain deadline of 30 s.
   */
  private static final Map<String, String> TIMEOUTS =
      Map.of(
          "http.connect.timeout.ms", "2000",
          "http.read.timeout.ms", "5000",
          "max.retries", "2",
          "retries.wait.ms", "500",
          "retries.max.wait.ms", "1000");

  private static final Pattern WITH_USER = Pattern.compile("(https?://)([^/?#]*)@(.*)");

  /**
   * Checks the URL.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public RegistryConfig {
    url.ifPresent(URL::check);
    url.ifPresent(RegistryConfig::users);
  }

  /**
   * All of it, for the serdes. User and password of the URL are handed over as {@code
   * basic.auth.user.info}: Confluent's client writes URLs into its log and its errors.
   */
  public Map<String, String> serdeProperties() {
    Map<String, String> all = new HashMap<>(TIMEOUTS);
    all.putAll(client.values());
    url.ifPresent(value -> all.put(URL.key(), value));
    Optional<String> user = url.flatMap(RegistryConfig::users);
    if (user.isPresent()) {
      all.put(URL.key(), withoutUsers(url.get()));
      // Whoever names another source of credentials means that one.
      if (!all.containsKey(BEARER_SOURCE)
          && all.getOrDefault(CREDENTIALS_SOURCE, "URL").equals("URL")) {
        all.put(CREDENTIALS_SOURCE, "USER_INFO");
        all.put(USER_INFO, user.get());
        all.remove("schema.registry." + USER_INFO);
      }
    }
    return Map.copyOf(all);
  }

  /** What must not be shown. */
  List<String> secrets() {
    List<String> secrets = new ArrayList<>(client.secrets());
    url.flatMap(RegistryConfig::users)
        .ifPresent(
            user -> {
              secrets.add(user);
              secrets.add(user.substring(user.indexOf(':') + 1));
            });
    return secrets;
  }

  /** The user and password in the URLs, the same in all of them or in none. */
  private static Optional<String> users(String urls) {
    Set<String> users =
        Arrays.stream(urls.split(",", -1))
            .map(url -> WITH_USER.matcher(url.strip()))
            .map(matcher -> matcher.matches() ? matcher.group(2) : "")
            .collect(Collectors.toSet());
    if (users.size() > 1 || (users.contains("") && urls.contains("@"))) {
      throw new IllegalArgumentException(
          "%s: the value (hidden) holds an @ that ends no user:password, or not the same one in all"
                  .formatted(URL.key())
              + " URLs; expected URLs without, and "
              + CREDENTIALS_SOURCE
              + "=USER_INFO with "
              + USER_INFO);
    }
    return users.stream().filter(user -> !user.isEmpty()).findFirst();
  }

  private static String withoutUsers(String urls) {
    return Arrays.stream(urls.split(",", -1))
        .map(url -> WITH_USER.matcher(url.strip()))
        .map(matcher -> matcher.matches() ? matcher.group(1) + matcher.group(3) : null)
        .collect(Collectors.joining(","));
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
