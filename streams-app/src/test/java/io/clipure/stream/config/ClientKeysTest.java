package io.clipure.stream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of Kafka's and Confluent's clients: passed on, and kept secret where they are. */
class ClientKeysTest {
  private static final String SECRET = "hunter2";

  @Test
  void client_keys_reach_their_client_from_any_layer() {
    AppConfig config =
        AppConfig.load(
            List.of(
                ConfigSource.environment(
                    Map.of(
                        "CLIPURE_KAFKA_BOOTSTRAP_SERVERS", "b1:9092,b2:9092",
                        "CLIPURE_KAFKA_SECURITY_PROTOCOL", "SSL",
                        "CLIPURE_BASIC_AUTH_CREDENTIALS_SOURCE", "URL",
                        "CLIPURE_AUTO_REGISTER_SCHEMAS", "false")),
                ConfigSource.flags(
                    Map.of(
                        "schema.registry.url", "http://r1:8081,http://r2:8081",
                        "kafka.main.consumer.max.poll.records", "7"))));

    assertThat(config.requireCluster().stream().bootstrapServers()).contains("b1:9092,b2:9092");
    assertThat(config.stream().client().values())
        .containsEntry("security.protocol", "SSL")
        .containsEntry("main.consumer.max.poll.records", "7")
        .doesNotContainKey("auto.register.schemas");
    assertThat(config.registry().serdeProperties())
        .containsAllEntriesOf(
            Map.of(
                "schema.registry.url", "http://r1:8081,http://r2:8081",
                "basic.auth.credentials.source", "URL",
                "auto.register.schemas", "false"))
        .doesNotContainKeys("security.protocol", "main.consumer.max.poll.records");
  }

  @Test
  void the_transaction_timeout_covers_two_drains_and_a_commit_interval() {
    assertThat(load(Map.of()).transactionTimeout()).hasSeconds(71);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka.transaction.timeout.ms", "kafka.producer.transaction.timeout.ms"})
  void a_transaction_timeout_that_a_drain_outlives_is_refused(String key) {
    Map<String, String> eos =
        Map.of("stream.processing-guarantee", "exactly_once_v2", key, "61000");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> load(eos))
        .withMessage(
            key
                + ": \"61000\" is too short; expected more than 61000 ms, which is twice"
                + " batching.drain-deadline plus stream.commit-interval, or leave it unset");
    Map<String, String> longer = new HashMap<>(eos);
    longer.put(key, "61001");
    assertThat(load(longer).stream().client().values())
        .containsEntry(key.substring("kafka.".length()), "61001");
  }

  @Test
  void a_drain_that_outlives_the_poll_interval_is_refused() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> load(Map.of("batching.drain-deadline", "150s")))
        .withMessageContaining("kafka.max.poll.interval.ms of \"300000\" ms");
    assertThat(
            load(Map.of(
                    "batching.drain-deadline", "150s",
                    "kafka.max.poll.interval.ms", "301001"))
                .maxPollInterval())
        .hasMillis(301_001);
  }

  @Test
  void a_client_key_with_a_setting_of_its_own_is_refused_with_its_name() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> load(Map.of("kafka.num.stream.threads", "3")))
        .withMessage(
            "flag --set: \"kafka.num.stream.threads\" has a setting of its own; use"
                + " \"stream.threads\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.sasl.jaas.config",
        "kafka.ssl.key.password",
        "kafka.ssl.keystore.key",
        "kafka.consumer.ssl.truststore.password",
        "kafka.sasl.oauthbearer.client.credentials.client.secret",
        "basic.auth.user.info",
        "bearer.auth.token",
        "schema.registry.basic.auth.user.info",
        "schema.registry.ssl.keystore.password"
      })
  void a_secret_reaches_its_client_and_no_output(String key) {
    AppConfig config = load(Map.of(key, SECRET));
    Map<String, String> all = new HashMap<>(config.stream().client().values());
    all.putAll(config.registry().serdeProperties());
    assertThat(all).containsValue(SECRET);
    assertThat(config.describe()).contains(key + " = (hidden)").doesNotContain(SECRET);
    assertThat(config.toString()).contains("(hidden)").doesNotContain(SECRET);
  }

  @Test
  void a_password_in_a_registry_url_is_in_no_output() {
    AppConfig config = load(Map.of("schema.registry.url", "https://me:hunter2@registry:8081"));
    assertThat(config.registry().url()).contains("https://me:hunter2@registry:8081");
    assertThat(config.describe()).contains("https://(hidden)@registry:8081");
    assertThat(config.toString()).contains("(hidden)@registry").doesNotContain(SECRET);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> load(Map.of("schema.registry.url", "htp://me:hunter2@registry")))
        .withMessageContaining("schema.registry.url: the value (hidden) is not")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
  }

  @Test
  void user_and_password_of_a_registry_url_are_handed_over_apart_from_it() {
    assertThat(
            load(Map.of("schema.registry.url", "https://me:p%40ss@r1:8081,http://me:p%40ss@r2"))
                .registry()
                .serdeProperties())
        .containsEntry("schema.registry.url", "https://r1:8081,http://r2")
        .containsEntry("basic.auth.credentials.source", "USER_INFO")
        .containsEntry("basic.auth.user.info", "me:p%40ss");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://me:hunter2@r1,http://r2", "http://me:/hunter2@r1"})
  void registry_urls_whose_user_cannot_be_told_are_refused_without_showing_it(String urls) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> load(Map.of("schema.registry.url", urls)))
        .withMessageContaining("schema.registry.url: the value (hidden) holds an @")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
  }

  @Test
  void a_registry_that_hangs_is_given_up_before_the_drain_deadline_unless_told_otherwise() {
    Map<String, String> set = load(Map.of()).registry().serdeProperties();
    long tries = 1 + Long.parseLong(set.get("max.retries"));
    long each =
        Long.parseLong(set.get("http.connect.timeout.ms"))
            + Long.parseLong(set.get("http.read.timeout.ms"))
            + Long.parseLong(set.get("retries.max.wait.ms"));
    assertThat(tries * each).isLessThan(load(Map.of()).batching().drainDeadline().toMillis());
    assertThat(load(Map.of("http.read.timeout.ms", "9000")).registry().serdeProperties())
        .containsEntry("http.read.timeout.ms", "9000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kafka.ssl.keystore.location", "kafka.key.deserializer", "kafka.client.rack"})
  void what_is_no_secret_is_shown(String key) {
    assertThat(load(Map.of(key, "shown")).describe()).contains(key + " = shown");
  }

  private static AppConfig load(Map<String, String> flags) {
    return AppConfig.load(List.of(ConfigSource.flags(flags)));
  }
}
