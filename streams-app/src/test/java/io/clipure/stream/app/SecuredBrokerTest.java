package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Given a broker that lets nobody in without TLS, a client certificate and a password, when the
 * service and the commands come with the right ones, kept in files, then images become verdicts;
 * with wrong ones they are turned away in one line.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredBrokerTest {
  private static final String PASSWORD = "c0rrect-horse";
  private static final String WRONG = "wr0ng-horse";

  @TempDir private static Path folder;
  private EmbeddedBroker broker;
  private TestCertificates stranger;

  @BeforeAll
  void startBroker() throws Exception {
    TestCertificates server = TestCertificates.make(folder, "broker");
    TestCertificates client = TestCertificates.make(folder, "client");
    stranger = TestCertificates.make(folder, "stranger");
    secret("ca", server.certificate());
    secret("key", client.key());
    secret("chain", client.certificate());
    secret("password", PASSWORD + "\n");
    String jaas =
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"service\""
            + " password=\"%1$s\" user_service=\"%1$s\";";
    Map<String, String> own = new HashMap<>();
    own.put("security.protocol", "SASL_SSL");
    own.put("sasl.mechanism", "PLAIN");
    own.put("sasl.jaas.config", jaas.formatted(PASSWORD));
    own.put("ssl.keystore.type", "PEM");
    own.put("ssl.keystore.key", client.key());
    own.put("ssl.keystore.certificate.chain", client.certificate());
    own.put("ssl.truststore.type", "PEM");
    own.put("ssl.truststore.certificates", server.certificate());
    Map<String, String> its = new HashMap<>();
    its.put("sasl.enabled.mechanisms", "PLAIN");
    its.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    its.put("listener.name.sasl_ssl.plain.sasl.jaas.config", jaas.formatted(PASSWORD));
    its.put("listener.name.sasl_ssl.ssl.client.auth", "required");
    its.put("ssl.keystore.type", "PEM");
    its.put("ssl.keystore.key", server.key());
    its.put("ssl.keystore.certificate.chain", server.certificate());
    its.put("ssl.truststore.type", "PEM");
    its.put("ssl.truststore.certificates", client.certificate() + server.certificate());
    broker = EmbeddedBroker.start(new EmbeddedBroker.Options("SASL_SSL", its, own));
    TopicSetup.create(broker, config(Map.of()), 1);
  }

  @AfterAll
  void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  private Path secret(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** As a user would write it: no secret stands in it. */
  private Map<String, String> keys() {
    Map<String, String> keys = new HashMap<>();
    keys.put("kafka.bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", "mock://secured");
    keys.put("ops.port", "0");
    keys.put("kafka.security.protocol", "SASL_SSL");
    keys.put("kafka.sasl.mechanism", "PLAIN");
    keys.put(
        "kafka.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"service\""
            + " password=\"${file:"
            + folder.resolve("password")
            + "}\";");
    keys.put("kafka.ssl.keystore.type", "PEM");
    keys.put("kafka.ssl.keystore.key", "${file:" + folder.resolve("key") + "}");
    keys.put("kafka.ssl.keystore.certificate.chain", "${dir:" + folder + ":chain}");
    keys.put("kafka.ssl.truststore.type", "PEM");
    keys.put("kafka.ssl.truststore.certificates", "${file:" + folder.resolve("ca") + "}");
    return keys;
  }

  private AppConfig config(Map<String, String> changes) {
    Map<String, String> keys = keys();
    keys.putAll(changes);
    return AppConfig.load(List.of(ConfigSource.flags(keys)));
  }

  private Path file(Map<String, String> changes) throws IOException {
    Properties all = new Properties();
    keys().forEach(all::setProperty);
    changes.forEach(all::setProperty);
    Path file = Files.createTempFile(folder, "app", ".properties");
    try (var out = Files.newBufferedWriter(file)) {
      all.store(out, null);
    }
    return file;
  }

  @Test
  void withTheRightSecretsImagesBecomeVerdictsUnderBothGuarantees() throws Exception {
    List<String> images =
        BundledImages.files().stream().limit(4).map(Path::toString).sorted().toList();
    int round = 0;
    for (String guarantee : List.of("at_least_once", "exactly_once_v2")) {
      Map<String, String> changes = Map.of("stream.processing-guarantee", guarantee);
      AppConfig config = config(changes);
      TopicSetup.require(config);
      String prefix = "round" + ++round + "-";
      List<String> args =
          new ArrayList<>(
              List.of("publish", "--config", file(changes).toString(), "--id-prefix", prefix));
      args.addAll(images);
      CommandLineRun publish = CommandLineRun.of(args.toArray(String[]::new));
      assertThat(publish.exitCode()).as(publish.err()).isEqualTo(ExitCode.OK);

      TreeSet<String> labelled = new TreeSet<>();
      try (Service service = Service.start(config, Home.locate());
          OutputReader outputs = new OutputReader(config)) {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (labelled.size() < images.size()) {
          assertThat(System.nanoTime()).as("two minutes").isLessThan(deadline);
          assertThat(service.lastWords()).isEmpty();
          outputs.poll(
              Duration.ofMillis(100),
              output -> {
                if (output.topic() == Account.Topic.LABELLED && output.id().startsWith(prefix)) {
                  labelled.add(output.id());
                }
              });
        }
      }
      assertThat(labelled).containsExactlyElementsOf(images.stream().map(prefix::concat).toList());
    }
  }

  @Test
  void withAWrongPasswordEveryCommandIsTurnedAwayInOneLine() throws IOException {
    Map<String, String> wrong =
        Map.of(
            "kafka.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=\"service\" password=\"${file:"
                + secret("wrong-password", WRONG)
                + "}\";");
    assertTurnedAway(wrong, "Authentication failed: Invalid username or password");
  }

  @Test
  void withAnotherAuthorityEveryCommandSaysThatItDoesNotTrustTheBroker() throws IOException {
    Path other = secret("other-ca", stranger.certificate());
    assertTurnedAway(
        Map.of("kafka.ssl.truststore.certificates", "${file:" + other + "}"),
        "SSL handshake failed",
        "unable to find valid certification path");
  }

  @Test
  void withAnUnknownClientCertificateTheServiceIsTurnedAway() throws IOException {
    assertRefused(
        CommandLineRun.of(
            "run",
            "--config",
            file(Map.of(
                    "kafka.ssl.keystore.key",
                    stranger.key(),
                    "kafka.ssl.keystore.certificate.chain",
                    stranger.certificate(),
                    "kafka.request.timeout.ms",
                    "4000",
                    "kafka.default.api.timeout.ms",
                    "5000"))
                .toString()),
        "check the address and the kafka.* security settings");
  }

  @Test
  void aKeyThatIsNoKeyIsRefusedBeforeAnythingConnects() throws IOException {
    assertRefused(
        CommandLineRun.of(
            "run",
            "--config",
            file(Map.of("kafka.ssl.keystore.key", "${file:" + folder.resolve("password") + "}"))
                .toString()),
        "cannot be made");
  }

  private void assertTurnedAway(Map<String, String> changes, String... words) throws IOException {
    String file = file(changes).toString();
    String labels = Home.locate().directory().resolve("labels/demo.yaml").toString();
    String image = BundledImages.files().get(0).toString();
    assertRefused(CommandLineRun.of("run", "--config", file), words);
    assertRefused(CommandLineRun.of("publish", "--config", file, image), words);
    assertRefused(CommandLineRun.of("dead-letters", "list", "--config", file), words);
    assertRefused(CommandLineRun.of("labels", "publish", "--config", file, labels), words);
  }

  private static void assertRefused(CommandLineRun run, String... words) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err().strip()).hasLineCount(1).contains(words);
    assertThat(run.out() + run.err()).doesNotContain(PASSWORD, WRONG, "BEGIN");
  }
}
