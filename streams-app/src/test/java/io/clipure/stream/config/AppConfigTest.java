package io.clipure.stream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppConfigTest {
  @TempDir Path directory;

  @Test
  void nothing_set_means_all_defaults() {
    AppConfig config = AppConfig.load(List.of());
    assertThat(config.batching().maxBatch()).isEqualTo(32);
    assertThat(config.image().maxBytes()).isEqualTo(DataSize.mebibytes(20));
    assertThat(config.model().bundle()).isEmpty();
    assertThat(config.describe()).isEqualTo("all defaults");
  }

  @Test
  void flags_win_over_environment_over_file_over_defaults() throws IOException {
    ConfigSource file =
        file("batching.max-batch=2\nbatching.max-delay=2ms\nstream.threads=5\nmodel.devices=gpu:0");
    ConfigSource environment =
        ConfigSource.environment(
            Map.of("CLIPURE_BATCHING_MAX_BATCH", "3", "CLIPURE_BATCHING_MAX_DELAY", "3ms"));
    ConfigSource flags = ConfigSource.flags(Map.of("batching.max-batch", "4"));

    AppConfig config = AppConfig.load(List.of(file, environment, flags));

    assertThat(config.batching().maxBatch()).isEqualTo(4);
    assertThat(config.batching().maxDelay()).isEqualTo(Duration.ofMillis(3));
    assertThat(config.stream().threads()).isEqualTo(5);
    assertThat(config.describe())
        .isEqualTo(
            """
            batching.max-batch = 4 (flag --set)
            batching.max-delay = 3ms (environment CLIPURE_BATCHING_MAX_DELAY)
            model.devices = gpu:0 (file app.properties line 4)
            stream.threads = 5 (file app.properties line 3)""");
  }

  @Test
  void all_problems_are_named_at_once_each_in_one_line() throws IOException {
    ConfigSource file =
        file("# sizes\nbatching.max-bach=3\nbatching.max-delay=fast\n\nstream.threads=0");
    ConfigSource environment = ConfigSource.environment(Map.of("CLIPURE_MODEL_DEVICE", "cpu"));
    ConfigSource flags = ConfigSource.flags(Map.of("purify.preset", "strong", "x", "y"));

    assertProblems(file, environment, flags)
        .containsExactlyInAnyOrder(
            "file app.properties line 2: unknown key \"batching.max-bach\"; did you mean"
                + " \"batching.max-batch\"?",
            "file app.properties line 3: batching.max-delay: \"fast\" is not a duration; expected"
                + " 0ms to 1m, e.g. 10ms, 2s, 1m",
            "file app.properties line 5: stream.threads: \"0\" is not allowed; expected 1 to 256",
            "environment CLIPURE_MODEL_DEVICE: unknown variable; did you mean"
                + " \"CLIPURE_MODEL_DEVICES\"?",
            "flag --set: unknown key \"x\"; the README lists all keys",
            "flag --set: purify.preset: \"strong\" is not a choice; expected one of gentle, paper,"
                + " off");
  }

  @Test
  void a_key_written_twice_in_a_file_is_refused() throws IOException {
    assertProblems(file("stream.threads=1\nstream.threads=2"))
        .containsExactly(
            "file app.properties line 2: \"stream.threads\" is already set in line 1; keep one");
  }

  @Test
  void a_value_may_continue_on_the_next_line_and_line_numbers_stay_right() throws IOException {
    assertProblems(file("model.devices=gpu:0,\\\n  gpu:1\n! note \\\nnope=\\u0041"))
        .containsExactly(
            "file app.properties line 4: unknown key \"nope\"; the README lists all keys");
  }

  @Test
  void a_missing_or_non_utf8_file_and_a_bad_escape_are_named() throws IOException {
    assertProblems(ConfigSource.file(directory.resolve("none.properties")))
        .singleElement()
        .asString()
        .endsWith("none.properties: does not exist; expected a properties file");
    Path latin = directory.resolve("latin.properties");
    Files.write(latin, "topics.images=é".getBytes(StandardCharsets.ISO_8859_1));
    assertProblems(ConfigSource.file(latin)).singleElement().asString().contains("is not UTF-8");
    assertProblems(file("topics.images=\\u00zz"))
        .singleElement()
        .asString()
        .startsWith("file app.properties line 1: ");
  }

  @Test
  void variables_that_kubernetes_injects_for_services_are_not_ours() {
    ConfigSource environment =
        ConfigSource.environment(
            Map.of(
                "CLIPURE_STREAM_SERVICE_HOST", "10.0.0.1",
                "CLIPURE_STREAM_SERVICE_PORT_HTTP", "8080",
                "CLIPURE_KAFKA_PORT", "tcp://10.0.0.1:9092",
                "CLIPURE_STREAM_PORT_8080_TCP_ADDR", "10.0.0.1",
                "PATH", "/bin"));
    assertThat(AppConfig.load(List.of(environment)).describe()).isEqualTo("all defaults");
  }

  @Test
  void a_cluster_command_names_what_it_lacks() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> AppConfig.load(List.of()).requireCluster())
        .withMessageContaining("kafka.bootstrap.servers: is not set")
        .withMessageContaining("CLIPURE_SCHEMA_REGISTRY_URL");
  }

  @Test
  void settings_that_contradict_each_other_are_refused() {
    assertProblems(flags("batching.max-in-flight", "8"))
        .containsExactly(
            "batching.max-in-flight: 8 cannot fill a batch; expected at least batching.max-batch,"
                + " which is 32");
    assertProblems(flags("batching.device-deadline", "15s"))
        .containsExactly(
            "batching.device-deadline: 15s is too long for batching.drain-deadline of 30s;"
                + " expected 2 times it to be less, so that an image that hangs a device is found"
                + " out before its task is given up");
    assertProblems(flags("batching.image-attempts", "3")).hasSize(1);
    assertProblems(flags("topics.label-sets", "images"))
        .singleElement()
        .asString()
        .contains("twice");
    assertProblems(flags("model.devices", "cpu,cpu")).hasSize(1);
    assertProblems(flags("model.devices", "")).hasSize(1);
    assertProblems(ConfigSource.flags(Map.of("purify.preset", "off", "purify.steps", "3")))
        .singleElement()
        .asString()
        .startsWith("purify.preset: \"off\" leaves nothing to override");
  }

  @Test
  void viewsAreAPlanAndTheirKeyIsLongAndShownNowhere() {
    for (String plan : List.of("none", "shift:4", "shift:1, dct75:1", "shift:2(reach=5),crop2:1")) {
      assertThat(AppConfig.load(List.of(flags("suspicion.views", plan))).suspicion().views())
          .isEqualTo(plan);
    }
    assertProblems(flags("suspicion.views", "shift"))
        .singleElement()
        .asString()
        .startsWith("flag --set: suspicion.views: \"shift\" is not allowed; expected none, or");
    assertProblems(flags("suspicion.key", "short-secret"))
        .containsExactly(
            "flag --set: suspicion.key: the value (hidden) is not allowed; expected 16 to 1024"
                + " characters");
    AppConfig config = AppConfig.load(List.of(flags("suspicion.key", "0123456789abcdef")));
    assertThat(config.suspicion().key()).contains("0123456789abcdef");
    assertThat(config.describe() + config + config.suspicion()).doesNotContain("0123456789abcdef");
    assertProblems(flags("policy.view-decision", "best")).hasSize(1);
  }

  private ConfigSource file(String text) throws IOException {
    return ConfigSource.file(Files.writeString(directory.resolve("app.properties"), text));
  }

  private static ConfigSource flags(String key, String value) {
    return ConfigSource.flags(Map.of(key, value));
  }

  private static ListAssert<String> assertProblems(ConfigSource... sources) {
    try {
      AppConfig.load(List.of(sources));
    } catch (ConfigException e) {
      return assertThat(e.problems());
    }
    throw new AssertionError("expected a ConfigException");
  }
}
