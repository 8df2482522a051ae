package io.clipure.stream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that refer to files and variables: resolved in every layer, shown in none. */
class ReferencesTest {
  private static final String SECRET = "hunter2 ${env:X} $1 \\ end";

  @TempDir Path folder;
  private Path secret;
  private Path properties;

  @BeforeEach
  void write() throws IOException {
    secret = Files.writeString(folder.resolve("password"), SECRET + "\n");
    properties = Files.writeString(folder.resolve("all.properties"), "one=first\ntwo=hunter2\n");
  }

  private String resolve(String text) {
    return new References(Map.of("TOKEN", "from env")).resolve(text, Set.of("vault"));
  }

  @Test
  void a_whole_file_loses_one_newline_and_is_not_looked_at_again() {
    assertThat(resolve("${file:" + secret + "}")).isEqualTo(SECRET);
    assertThat(resolve("${dir:" + folder + ":password}")).isEqualTo(SECRET);
  }

  @Test
  void a_key_of_a_properties_file_and_a_variable_may_stand_within_text() {
    assertThat(resolve("a ${file:" + properties + ":two} b ${env:TOKEN} c"))
        .isEqualTo("a hunter2 b from env c");
  }

  @Test
  void text_without_references_stays_as_it_is() {
    assertThat(resolve("$x {y} ${z} ${} $$")).isEqualTo("$x {y} ${z} ${} $$");
  }

  @Test
  void a_reference_to_a_provider_of_the_client_is_left_to_it() {
    assertThat(resolve("${vault:kv/kafka:password}")).isEqualTo("${vault:kv/kafka:password}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${file:FOLDER/none}",
        "${file:FOLDER}",
        "${file:FOLDER/all.properties:three}",
        "${file:FOLDER/none.properties:one}",
        "${dir:FOLDER:none}",
        "${dir:FOLDER}",
        "${env:NOT_THERE}"
      })
  void a_reference_to_nothing_is_refused_by_its_name(String template) {
    String reference = template.replace("FOLDER", folder.toString());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> resolve(reference))
        .withMessageStartingWith(reference + " cannot be resolved: ")
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).doesNotContain("hunter2"));
  }

  @Test
  void what_only_looks_like_a_reference_is_refused_without_being_shown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> resolve("pa${hunter2:x}"))
        .withMessageStartingWith("refers to an unknown provider")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
  }

  @Test
  void every_layer_and_every_kind_of_key_may_refer() throws IOException {
    Path number = Files.writeString(folder.resolve("number"), "7\n");
    Path file =
        Files.writeString(
            folder.resolve("app.properties"), "kafka.sasl.jaas.config=${file:" + secret + "}\n");
    AppConfig config =
        AppConfig.load(
            List.of(
                ConfigSource.file(file),
                ConfigSource.environment(
                    Map.of("CLIPURE_BASIC_AUTH_USER_INFO", "me:${file:" + properties + ":two}")),
                ConfigSource.flags(
                    Map.of(
                        "batching.max-batch", "${file:" + number + "}",
                        "kafka.client.rack", "${file:" + properties + ":one}"))));

    assertThat(config.batching().maxBatch()).isEqualTo(7);
    assertThat(config.stream().client().values())
        .containsEntry("sasl.jaas.config", SECRET)
        .containsEntry("client.rack", "first");
    assertThat(config.registry().serdeProperties())
        .containsEntry("basic.auth.user.info", "me:hunter2");
    assertThat(config.describe().lines())
        .containsExactly(
            "basic.auth.user.info = (hidden) (environment CLIPURE_BASIC_AUTH_USER_INFO)",
            "batching.max-batch = (hidden) (flag --set)",
            "kafka.client.rack = (hidden) (flag --set)",
            "kafka.sasl.jaas.config = (hidden) (file app.properties line 1)");
    assertThat(config + " " + config.stream().client() + config.registry())
        .doesNotContain("hunter2")
        .doesNotContain("first");
    assertThat(config.redact("Invalid value first for x"))
        .isEqualTo("Invalid value (hidden) for x");
  }

  @Test
  void a_malformed_value_from_a_file_is_refused_without_being_shown() {
    assertProblem(
        Map.of("batching.max-delay", "${file:" + secret + "}"),
        "flag --set: batching.max-delay: the value (hidden) is not a duration; expected");
    assertProblem(
        Map.of("topics.images", "${file:" + properties + ":two}", "topics.labelled", "hunter2"),
        "topics.");
    assertProblem(
        Map.of("kafka.max.poll.interval.ms", "${file:" + properties + ":two}"),
        "kafka.max.poll.interval.ms of \"(hidden)\" ms");
  }

  @Test
  void a_missing_file_is_one_problem_that_names_key_and_path() {
    assertProblem(
        Map.of("kafka.ssl.key.password", "${file:" + folder + "/none}"),
        "flag --set: kafka.ssl.key.password: ${file:" + folder + "/none} cannot be resolved: ");
  }

  @Test
  void a_value_that_a_stronger_layer_replaces_is_not_looked_up() {
    assertThat(
            AppConfig.load(
                    List.of(
                        ConfigSource.environment(
                            Map.of("CLIPURE_KAFKA_CLIENT_RACK", "${file:/not/there}")),
                        ConfigSource.flags(Map.of("kafka.client.rack", "a"))))
                .stream()
                .client()
                .values())
        .containsEntry("client.rack", "a");
  }

  @Test
  void providers_of_the_client_are_for_kafka_keys_only_and_cannot_replace_ours() {
    assertThat(
            load(
                    Map.of(
                        "kafka.config.providers",
                        "vault",
                        "kafka.ssl.key.password",
                        "${vault:a:b}"))
                .stream()
                .client()
                .values())
        .containsEntry("ssl.key.password", "${vault:a:b}")
        .containsAllEntriesOf(Map.of("config.providers", "vault"));
    assertProblem(
        Map.of("kafka.config.providers", "vault", "basic.auth.user.info", "${vault:a:b}"),
        "basic.auth.user.info: refers to an unknown provider");
    assertProblem(
        Map.of("kafka.config.providers", "file,vault"),
        "kafka.config.providers: \"file\" is built in");
  }

  @Test
  void lines_of_a_file_that_may_be_pieces_of_a_secret_are_not_repeated() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("app.properties"),
            """
            kafka.sasl.jaas.config=org.example.Module required
              passwordhunter2
              Hunter2="hunter2";
            MIIEvQIBADANBgkqhunter2==
            """);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> AppConfig.load(List.of(ConfigSource.file(file))))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .hasSize(3)
                    .allMatch(line -> line.startsWith("file app.properties line "))
                    .noneMatch(line -> line.toLowerCase(java.util.Locale.ROOT).contains("hunter")));
  }

  private static AppConfig load(Map<String, String> flags) {
    return AppConfig.load(List.of(ConfigSource.flags(flags)));
  }

  private static void assertProblem(Map<String, String> flags, String words) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> load(flags))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .singleElement()
                    .asString()
                    .contains(words)
                    .doesNotContain("hunter2"));
  }
}
