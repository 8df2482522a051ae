package io.clipure.stream.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dockerfiles and compose file, as far as they can be judged without a daemon. */
class DockerTest {
  private static String file(String name) {
    return Yaml.text(Yaml.ROOT.resolve("docker").resolve(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dockerfile", "Dockerfile.gpu"})
  void an_image_runs_as_nobody_special_and_probes_itself(String name) {
    String text = file(name);
    assertThat(text).containsPattern("(?m)^USER 10001:10001$");
    assertThat(text).containsPattern("(?m)^ENTRYPOINT \\[\"java\", \"@/opt/clipure/jvm.options\"");
    assertThat(text).containsPattern("HEALTHCHECK [^\\n]*\\\\\\n  CMD \\[\"java\".*\"health\"");
    assertThat(text).contains("FROM ${BASE}").contains("FROM ${BUILD_BASE} AS build");
    assertThat(text).as("the old builder knows neither").doesNotContain("--mount=", "<<EOF");
    assertThat(file("image/jvm.options")).contains("-XX:MaxRAMPercentage=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dockerfile", "Dockerfile.gpu"})
  void every_file_that_is_copied_reaches_the_builder(String name) {
    Matcher copies = Pattern.compile("(?m)^COPY (?!--from)(\\S+) ").matcher(file(name));
    List<String> allowed =
        Yaml.text(Yaml.ROOT.resolve(".dockerignore"))
            .lines()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();
    assertThat(copies.results())
        .hasSizeGreaterThan(5)
        .allSatisfy(
            copy ->
                assertThat(allowed)
                    .as(copy.group(1))
                    .anyMatch(one -> copy.group(1).startsWith(one) || one.startsWith(copy.group(1)))
                    .isNotEmpty());
  }

  @Test
  void every_setting_of_the_compose_file_is_one_of_the_program() {
    JsonNode services = Yaml.one(Yaml.ROOT.resolve("docker/compose.yaml")).get("services");
    for (String name : List.of("clipure-stream", "publisher")) {
      Map<String, String> environment = new HashMap<>();
      services
          .at("/" + name + "/environment")
          .properties()
          .forEach(one -> environment.put(one.getKey(), one.getValue().asText()));
      AppConfig config = AppConfig.load(List.of(ConfigSource.environment(environment)));
      assertThat(config.requireCluster().stream().bootstrapServers()).contains("broker:9092");
    }
  }

  @Test
  void the_compose_file_makes_every_topic_and_mounts_what_exists() {
    JsonNode services = Yaml.one(Yaml.ROOT.resolve("docker/compose.yaml")).get("services");
    AppConfig config = AppConfig.load(List.of());
    String script = services.at("/topics/entrypoint/2").asText();
    assertThat(script)
        .contains(
            config.topics().images(),
            config.topics().labelled(),
            config.topics().lowConfidence(),
            config.topics().adversarial(),
            config.topics().deadLetter(),
            config.topics().labelSets());
    Stream.of("prometheus", "grafana")
        .flatMap(name -> stream(services.at("/" + name + "/volumes")))
        .forEach(
            volume ->
                assertThat(Yaml.ROOT.resolve("docker").resolve(volume.asText().split(":")[0]))
                    .exists());
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return java.util.stream.StreamSupport.stream(list.spliterator(), false);
  }
}
