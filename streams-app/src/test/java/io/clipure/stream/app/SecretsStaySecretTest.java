package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigException;
import io.clipure.stream.config.ConfigSource;
import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializerConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A canary is the value of every secret key that Kafka's and Confluent's clients define, and of
 * those we know besides; whatever is done with such a configuration, the canary is in no log line
 * at any level, no error and no text form.
 */
class SecretsStaySecretTest {
  private static final String CANARY = "c4naryb1rd-of-16";

  /** Not by our own rule: names are judged here a second time. */
  private static final Pattern NAME =
      Pattern.compile(
          "password|passwd|passphrase|secret|token$|credential(?!s\\.(source|client\\.id))|user\\.info|jaas"
              + "|keystore\\.key$|private\\.key$");

  @TempDir private Path folder;

  /** Kafka's under {@code kafka.}, with and without the prefix of a kind of client. */
  static List<String> secretKeys() {
    TreeSet<String> keys = new TreeSet<>();
    for (ConfigDef definition :
        List.of(
            StreamsConfig.configDef(),
            ConsumerConfig.configDef(),
            ProducerConfig.configDef(),
            AdminClientConfig.configDef())) {
      for (String key : secrets(definition)) {
        for (String prefix : List.of("", "producer.", "consumer.", "main.consumer.", "admin.")) {
          keys.add("kafka." + prefix + key);
        }
      }
    }
    for (ConfigDef definition :
        List.of(
            KafkaAvroSerializerConfig.baseConfigDef(),
            AbstractKafkaSchemaSerDeConfig.baseConfigDef())) {
      secrets(definition).stream()
          .filter(key -> !key.startsWith("ssl.") && !key.startsWith("sasl."))
          .forEach(keys::add);
    }
    keys.addAll(
        List.of(
            "basic.auth.user.info",
            "schema.registry.basic.auth.user.info",
            "bearer.auth.token",
            "bearer.auth.client.secret",
            "schema.registry.ssl.key.password",
            "schema.registry.ssl.keystore.password",
            "schema.registry.ssl.keystore.key",
            "schema.registry.ssl.truststore.password",
            "request.header.Authorization",
            "kafka.example.login.password",
            "kafka.example.api.key",
            "suspicion.key"));
    return List.copyOf(keys);
  }

  private static List<String> secrets(ConfigDef definition) {
    return definition.configKeys().values().stream()
        .filter(
            key ->
                key.type == ConfigDef.Type.PASSWORD
                    || NAME.matcher(key.name.toLowerCase(Locale.ROOT)).find())
        .filter(key -> key.type == ConfigDef.Type.PASSWORD || key.type == ConfigDef.Type.STRING)
        .map(key -> key.name)
        .toList();
  }

  private static Map<String, String> flags(Map<String, String> more) {
    Map<String, String> flags = new HashMap<>();
    secretKeys().forEach(key -> flags.put(key, CANARY));
    flags.put("kafka.bootstrap.servers", "127.0.0.1:1");
    flags.put("schema.registry.url", "http://me:" + CANARY + "@127.0.0.1:1");
    flags.put("ops.port", "0");
    flags.put("max.retries", "1");
    flags.put("retries.wait.ms", "1");
    flags.put("kafka.max.block.ms", "50");
    flags.putAll(more);
    return flags;
  }

  private static AppConfig config(Map<String, String> flags) {
    return AppConfig.load(List.of(ConfigSource.flags(flags)));
  }

  @Test
  void theListOfSecretKeysIsNotEmptyAndHoldsTheKnownOnes() {
    assertThat(secretKeys())
        .hasSizeGreaterThan(40)
        .contains(
            "kafka.sasl.jaas.config",
            "kafka.ssl.keystore.key",
            "kafka.producer.ssl.key.password",
            "kafka.sasl.oauthbearer.client.credentials.client.secret");
  }

  @ParameterizedTest
  @MethodSource("secretKeys")
  void theConfigurationItselfShowsNone(String key) {
    AppConfig config = config(Map.of(key, CANARY));
    assertThat(config.describe()).contains(key + " = (hidden)");
    assertThat(
            config.describe() + config + config.stream() + config.registry() + config.suspicion())
        .doesNotContain(CANARY);
    assertThat(config.redact("Kafka says: " + CANARY)).isEqualTo("Kafka says: (hidden)");
  }

  @Test
  void clientsAndSerdesLogNoneAtAnyLevel() {
    List<String> said = new ArrayList<>();
    try (LogCapture log = new LogCapture()) {
      useEverything(config(flags(Map.of())), said);
      assertThat(log.lines()).as("something was captured").hasSizeGreaterThan(100);
      assertThat(log.lines())
          .anyMatch(line -> line.contains("ProducerConfig values"))
          .anyMatch(line -> line.contains("StreamsConfig values"))
          .noneMatch(line -> line.contains(CANARY));
      assertThat(said).isNotEmpty().noneMatch(line -> line.contains(CANARY));
    }
  }

  static List<Map<String, String>> registryCredentials() {
    String url = "schema.registry.url";
    return List.of(
        Map.of(url, "http://me:" + CANARY + "@127.0.0.1:1"),
        Map.of(
            url,
            "http://127.0.0.1:1",
            "basic.auth.credentials.source",
            "USER_INFO",
            "basic.auth.user.info",
            "me:" + CANARY),
        Map.of(
            url,
            "http://127.0.0.1:1",
            "bearer.auth.credentials.source",
            "STATIC_TOKEN",
            "bearer.auth.token",
            CANARY),
        Map.of(url, "http://127.0.0.1:1", "request.header.Authorization", CANARY));
  }

  @ParameterizedTest
  @MethodSource("registryCredentials")
  void aRegistryThatDoesNotAnswerIsReportedWithoutCredentials(Map<String, String> credentials) {
    List<String> said = new ArrayList<>();
    Map<String, String> flags = new HashMap<>(credentials);
    flags.put("max.retries", "1");
    flags.put("retries.wait.ms", "1");
    try (LogCapture log = new LogCapture()) {
      useRegistry(config(flags), said);
      assertThat(log.lines())
          .anyMatch(line -> line.contains("RestService") && line.contains("127.0.0.1:1"))
          .noneMatch(line -> line.contains(CANARY));
      assertThat(said).isNotEmpty().noneMatch(line -> line.contains(CANARY));
    }
  }

  static Stream<Map<String, String>> malformed() {
    String jaas = "kafka.sasl.jaas.config";
    Map<String, String> sasl =
        Map.of("kafka.security.protocol", "SASL_PLAINTEXT", "kafka.sasl.mechanism", "PLAIN");
    return Stream.concat(
        Stream.of(
                "org.example.NoSuchModule required password=\"" + CANARY + "\";",
                "org.apache.kafka.common.security.plain.PlainLoginModule required password="
                    + "\""
                    + CANARY
                    + "\"",
                CANARY + ";",
                "PlainLoginModule " + CANARY + " x=y;")
            .map(
                value -> {
                  Map<String, String> all = new HashMap<>(sasl);
                  all.put(jaas, value);
                  return all;
                }),
        Stream.of(
            Map.of("kafka.security.protocol", "SSL", "kafka.ssl.keystore.type", "PEM"),
            Map.of(
                "kafka.security.protocol",
                "SSL",
                "kafka.ssl.keystore.type",
                "PEM",
                "kafka.ssl.keystore.key",
                "-----BEGIN PRIVATE KEY-----\n" + CANARY + "\n-----END PRIVATE KEY-----",
                "kafka.ssl.keystore.certificate.chain",
                CANARY),
            Map.of(
                "kafka.security.protocol", "SASL_SSL",
                "kafka.sasl.mechanism", "OAUTHBEARER",
                "kafka.sasl.oauthbearer.token.endpoint.url", "https://me:" + CANARY + "@idp/",
                "kafka.sasl.login.callback.handler.class",
                    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler")));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void neitherDoTheErrorsOfMalformedSecrets(Map<String, String> malformed) {
    List<String> said = new ArrayList<>();
    try (LogCapture log = new LogCapture()) {
      useEverything(config(flags(malformed)), said);
      assertThat(said).isNotEmpty().noneMatch(line -> line.contains(CANARY));
      assertThat(log.lines())
          .filteredOn(line -> !line.contains("oauthbearer.token.endpoint.url = "))
          .noneMatch(line -> line.contains(CANARY));
    }
  }

  @Test
  void aFileWithBrokenLinesAndAMissingReferenceIsRefusedWithoutThem() throws IOException {
    StringBuilder text = new StringBuilder("kafka.no.such.file=${file:/not/there/at/all}\n");
    for (String key : secretKeys()) {
      text.append(key).append(' ').append("x\\u00zz").append(CANARY).append('\n');
      text.append(key).append("=").append(CANARY).append('\n');
      text.append(key).append("=").append(CANARY).append('\n');
    }
    Path file = Files.writeString(folder.resolve("app.properties"), text);
    try {
      AppConfig.load(List.of(ConfigSource.file(file)));
    } catch (ConfigException e) {
      assertThat(e.problems())
          .hasSizeGreaterThan(2 * secretKeys().size())
          .noneMatch(line -> line.contains(CANARY));
      return;
    }
    throw new AssertionError("expected a ConfigException");
  }

  @Test
  void commandsThatRefuseOrFailPrintNone() throws IOException {
    Properties all = new Properties();
    flags(Map.of("kafka.default.api.timeout.ms", "60", "kafka.request.timeout.ms", "50"))
        .forEach(all::setProperty);
    Path file = folder.resolve("app.properties");
    try (var out = Files.newBufferedWriter(file)) {
      all.store(out, null);
    }
    String labels = Home.locate().directory().resolve("labels/demo.yaml").toString();
    Path image = Files.write(folder.resolve("a.jpg"), new byte[] {1});
    for (String[] args :
        List.of(
            new String[] {"run", "--config", file.toString()},
            new String[] {"publish", "--config", file.toString(), image.toString()},
            new String[] {"labels", "publish", "--config", file.toString(), labels},
            new String[] {"run", "--set", "basic.auth.user.info: me:" + CANARY},
            new String[] {"run", "--help"})) {
      CommandLineRun run = CommandLineRun.of(args);
      assertThat(run.out() + run.err()).as(args[0]).isNotBlank().doesNotContain(CANARY);
    }
  }

  /** Makes every client, uses the registry, and keeps what the failures say. */
  private static void useEverything(AppConfig config, List<String> said) {
    attempt(said, () -> Clients.admin(config).close());
    attempt(said, () -> TopicSetup.require(withShortTimeouts(config)));
    attempt(
        said,
        () ->
            Clients.producer(config, Map.of(), new ByteArraySerializer(), new ByteArraySerializer())
                .close());
    attempt(
        said,
        () ->
            Clients.consumer(
                    config, Map.of(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .close());
    attempt(
        said,
        () -> {
          Properties properties = new Properties();
          properties.putAll(Settings.streams(config, Path.of("state")).overrides());
          properties.put("application.id", "canary");
          properties.put("bootstrap.servers", "127.0.0.1:1");
          StreamsBuilder builder = new StreamsBuilder();
          builder.stream("images", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())).to("out");
          Clients.make(config, () -> new KafkaStreams(builder.build(), properties)).close();
        });
    useRegistry(config, said);
  }

  private static void useRegistry(AppConfig config, List<String> said) {
    attempt(
        said,
        () -> {
          try (var serde = Clients.serdes(config).imageEvent()) {
            serde
                .serializer()
                .serialize(
                    "images",
                    ImageEvent.newBuilder()
                        .setId("a")
                        .setContent(new InlineImage(ByteBuffer.allocate(1)))
                        .build());
          }
        });
  }

  private static AppConfig withShortTimeouts(AppConfig config) {
    Map<String, String> flags = new HashMap<>();
    config.stream().client().values().forEach((key, value) -> flags.put("kafka." + key, value));
    flags.put("kafka.bootstrap.servers", "127.0.0.1:1");
    flags.put("kafka.default.api.timeout.ms", "60");
    flags.put("kafka.request.timeout.ms", "50");
    return config(flags);
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static void attempt(List<String> said, Attempt attempt) {
    try {
      attempt.run();
    } catch (Exception e) {
      for (Throwable one = e; one != null; one = one.getCause()) {
        said.add(one.toString());
      }
    }
  }
}
