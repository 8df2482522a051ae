package io.clipure.stream.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keys that belong to Kafka's and Confluent's clients and reach them unchanged. Their names cannot
 * be checked here: interceptors and login modules read names of their own.
 */
final class PassThrough {
  static final String KAFKA = "kafka.";

  private static final List<String> PREFIXES =
      List.of(KAFKA, "schema.registry.", "basic.auth.", "bearer.auth.", "request.header.");

  private static final Set<String> REGISTRY_KEYS =
      Set.of(
          "auto.register.schemas",
          "avro.remove.java.properties",
          "context.name.strategy",
          "http.connect.timeout.ms",
          "http.read.timeout.ms",
          "id.compatibility.strict",
          "latest.cache.size",
          "latest.cache.ttl.sec",
          "latest.compatibility.strict",
          "max.retries",
          "max.schemas.per.subject",
          "missing.cache.size",
          "missing.id.cache.ttl.sec",
          "missing.schema.cache.ttl.sec",
          "missing.version.cache.ttl.sec",
          "normalize.schemas",
          "propagate.schema.tags",
          "proxy.host",
          "proxy.port",
          "retries.max.wait.ms",
          "retries.wait.ms",
          "use.latest.version",
          "use.schema.id",
          "value.subject.name.strategy");

  /** Client keys with a setting of their own, which is the only way to set them. */
  private static final Map<String, String> OWNED =
      Map.of(
          "kafka.application.id", "stream.application-id",
          "kafka.processing.guarantee", "stream.processing-guarantee",
          "kafka.num.stream.threads", "stream.threads",
          "kafka.commit.interval.ms", "stream.commit-interval",
          "kafka.group.protocol", "stream.group-protocol",
          "kafka.state.dir", "stream.state-dir",
          "kafka.errors.dead.letter.queue.topic.name", "topics.images-dead-letter");

  private PassThrough() {}

  static boolean accepts(String key) {
    return REGISTRY_KEYS.contains(key)
        || PREFIXES.stream()
            .anyMatch(prefix -> key.startsWith(prefix) && key.length() > prefix.length());
  }

  /** The setting to use instead of this client key, if there is one. */
  static Optional<String> ownedBy(String key) {
    return Optional.ofNullable(OWNED.get(key));
  }

  static boolean isRegistry(String key) {
    return accepts(key) && !key.startsWith(KAFKA);
  }

  /** The client key a variable names: lower case, every underscore a dot. */
  static Optional<String> fromEnvironment(String nameWithoutPrefix) {
    String key = nameWithoutPrefix.toLowerCase(Locale.ROOT).replace('_', '.');
    return accepts(key) ? Optional.of(key) : Optional.empty();
  }

  static Set<String> registryKeys() {
    return REGISTRY_KEYS;
  }
}
