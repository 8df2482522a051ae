package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Security settings reach every client of every command. */
class ClientsTest {
  private static final String JAAS =
      "org.apache.kafka.common.security.plain.PlainLoginModule required"
          + " username=\"me\" password=\"hunter2\";";

  private static final Map<String, String> SASL_SSL =
      Map.of(
          "kafka.security.protocol", "SASL_SSL",
          "kafka.sasl.mechanism", "PLAIN",
          "kafka.sasl.jaas.config", JAAS);
  private static final Map<String, String> MTLS =
      Map.of(
          "kafka.security.protocol", "SSL",
          "kafka.ssl.keystore.type", "PEM",
          "kafka.ssl.keystore.key", "key",
          "kafka.ssl.keystore.certificate.chain", "chain",
          "kafka.ssl.key.password", "hunter2",
          "kafka.ssl.truststore.location", "/etc/ca.pem");
  private static final Map<String, String> OAUTH =
      Map.of(
          "kafka.security.protocol", "SASL_SSL",
          "kafka.sasl.mechanism", "OAUTHBEARER",
          "kafka.sasl.oauthbearer.token.endpoint.url", "https://idp/token",
          "kafka.sasl.oauthbearer.client.credentials.client.id", "me",
          "kafka.sasl.oauthbearer.client.credentials.client.secret", "hunter2",
          "kafka.sasl.login.callback.handler.class", "org.example.Handler");
  private static final Map<String, String> OWN =
      Map.of(
          "kafka.ssl.engine.factory.class", "org.example.Factory",
          "kafka.example.login.realm", "known only to a login module",
          "kafka.config.providers", "vault",
          "kafka.config.providers.vault.class", "org.example.Vault");

  static List<Map<String, String>> ways() {
    return List.of(SASL_SSL, MTLS, OAUTH, OWN);
  }

  private static AppConfig config(Map<String, String> more) {
    Map<String, String> flags = new HashMap<>(more);
    flags.putIfAbsent("kafka.bootstrap.servers", "127.0.0.1:1");
    flags.putIfAbsent("schema.registry.url", "mock://clients-test");
    return AppConfig.load(List.of(ConfigSource.flags(flags)));
  }

  private static Map<String, Object> bare(Map<String, String> prefixed) {
    Map<String, Object> keys = new HashMap<>();
    prefixed.forEach((key, value) -> keys.put(key.substring("kafka.".length()), value));
    return keys;
  }

  private static StreamsConfig streams(AppConfig config) {
    Map<String, Object> all = new HashMap<>(Settings.streams(config, Path.of("state")).overrides());
    all.put("application.id", "test");
    all.put("bootstrap.servers", "127.0.0.1:1");
    all.keySet().removeIf(key -> key.startsWith("config.providers"));
    return new StreamsConfig(all);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void theyReachTheAdminClientProducersAndConsumersOfCommands(Map<String, String> way) {
    AppConfig config = config(way);
    assertThat(Clients.adminConfig(config)).containsAllEntriesOf(bare(way));
    assertThat(Clients.producerConfig(config)).containsAllEntriesOf(bare(way));
    assertThat(Clients.consumerConfig(config)).containsAllEntriesOf(bare(way));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void theyReachEveryClientOfKafkaStreams(Map<String, String> way) {
    StreamsConfig streams = streams(config(way));
    Map<String, Object> expected = bare(way);
    expected.keySet().removeIf(key -> key.startsWith("config.providers"));
    assertThat(streams.getMainConsumerConfigs("g", "c", 0)).containsAllEntriesOf(expected);
    assertThat(streams.getRestoreConsumerConfigs("c")).containsAllEntriesOf(expected);
    assertThat(streams.getGlobalConsumerConfigs("c")).containsAllEntriesOf(expected);
    assertThat(streams.getProducerConfigs("c")).containsAllEntriesOf(expected);
    assertThat(streams.getAdminConfigs("c")).containsAllEntriesOf(expected);
  }

  @Test
  void aKeyOfOneKindReachesThatKindOnlyAndAPrefixWins() {
    AppConfig config =
        config(
            Map.of(
                "kafka.linger.ms", "7",
                "kafka.producer.linger.ms", "9",
                "kafka.fetch.min.bytes", "3",
                "kafka.admin.retries", "5",
                "kafka.main.consumer.client.rack", "a",
                "kafka.topology.optimization", "all",
                "kafka.consumer.group.id", "other",
                "kafka.transactional.id", "other"));
    assertThat(Clients.producerConfig(config))
        .isEqualTo(Map.of("bootstrap.servers", "127.0.0.1:1", "linger.ms", "9"));
    assertThat(Clients.consumerConfig(config))
        .isEqualTo(Map.of("bootstrap.servers", "127.0.0.1:1", "fetch.min.bytes", "3"));
    assertThat(Clients.adminConfig(config))
        .isEqualTo(
            Map.of("bootstrap.servers", "127.0.0.1:1", AdminClientConfig.RETRIES_CONFIG, "5"));
  }

  @Test
  void aClientKeyThatKafkaRefusesIsNamedWithoutAValueThatCameByReference() {
    AppConfig config = config(Map.of("kafka.request.timeout.ms", "${env:PATH}"));
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> Clients.admin(config))
        .satisfies(
            e -> {
              assertThat(e).hasNoCause();
              assertThat(e.getMessage())
                  .hasLineCount(1)
                  .contains("Invalid value (hidden) for configuration request.timeout.ms")
                  .doesNotContain(System.getenv("PATH"));
            });
  }

  @Test
  void theRegistrySeesBasicBearerInheritedAndOwnHeaders() throws IOException {
    String basic =
        "Basic "
            + Base64.getEncoder().encodeToString("me:hunter2".getBytes(StandardCharsets.UTF_8));
    assertThat(authorizationSeen("me:hunter2@", Map.of())).containsOnly(basic);
    assertThat(
            authorizationSeen(
                "",
                Map.of(
                    "basic.auth.credentials.source", "USER_INFO",
                    "basic.auth.user.info", "me:hunter2")))
        .containsOnly(basic);
    Map<String, String> inherit = new HashMap<>(SASL_SSL);
    inherit.put("basic.auth.credentials.source", "SASL_INHERIT");
    assertThat(authorizationSeen("", inherit)).containsOnly(basic);
    assertThat(
            authorizationSeen(
                "",
                Map.of(
                    "bearer.auth.credentials.source", "STATIC_TOKEN",
                    "bearer.auth.token", "hunter2")))
        .containsOnly("Bearer hunter2");
    assertThat(authorizationSeen("", Map.of("request.header.Authorization", "Custom hunter2")))
        .containsOnly("Custom hunter2");
  }

  /** The Authorization headers a registry gets when an event is serialized. */
  private static List<String> authorizationSeen(String user, Map<String, String> keys)
      throws IOException {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    HttpServer registry =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    registry.createContext(
        "/",
        exchange -> {
          seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          byte[] answer = "{\"id\": 1}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    registry.start();
    try {
      Map<String, String> flags = new HashMap<>(keys);
      flags.put(
          "schema.registry.url", "http://" + user + "127.0.0.1:" + registry.getAddress().getPort());
      try (var serde = Clients.serdes(config(flags)).imageEvent()) {
        serde
            .serializer()
            .serialize(
                "images",
                ImageEvent.newBuilder()
                    .setId("a")
                    .setContent(new InlineImage(ByteBuffer.allocate(1)))
                    .build());
      }
    } finally {
      registry.stop(0);
    }
    return seen;
  }
}
