package io.clipure.stream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShadowConfigTest {
  @TempDir Path folder;

  private AppConfig load(String candidate, Map<String, String> live) throws IOException {
    Path file = Files.writeString(folder.resolve("candidate.properties"), candidate);
    Map<String, String> flags = new HashMap<>(live);
    flags.put("shadow.config", file.toString());
    return AppConfig.load(List.of(ConfigSource.flags(flags)));
  }

  private List<String> problems(String candidate) {
    return catchThrowableOfType(ConfigException.class, () -> load(candidate, Map.of())).problems();
  }

  @Test
  void without_a_file_there_is_no_candidate() {
    AppConfig config = AppConfig.load(List.of());
    assertThat(config.candidate()).isEmpty();
    assertThat(config.shadow())
        .isEqualTo(new ShadowConfig(Optional.empty(), 0.01, Optional.empty()));
  }

  @Test
  void a_candidate_is_the_live_configuration_but_for_its_file() throws IOException {
    AppConfig live =
        load(
            "policy.low-confidence-score=0.7\npurify.preset=off\n",
            Map.of("policy.low-confidence-margin", "0.3", "purify.preset", "paper"));
    AppConfig candidate = live.candidate().orElseThrow();
    assertThat(candidate.policy().lowConfidenceScore()).isEqualTo(0.7);
    assertThat(candidate.policy().lowConfidenceMargin()).isEqualTo(0.3);
    assertThat(candidate.purify().preset()).isEqualTo(PurifyConfig.Preset.OFF);
    assertThat(live.policy().lowConfidenceScore()).isEqualTo(0.4);
    assertThat(live.purify().preset()).isEqualTo(PurifyConfig.Preset.PAPER);
    assertThat(ShadowConfig.followsLabelSets(live, candidate)).isTrue();
  }

  @Test
  void a_candidate_with_a_label_set_of_its_own_follows_no_other() throws IOException {
    AppConfig live = load("policy.labels=other.yaml\n", Map.of());
    assertThat(ShadowConfig.followsLabelSets(live, live.candidate().orElseThrow())).isFalse();
  }

  @Test
  void a_candidate_has_one_encoder_on_the_first_device() throws IOException {
    Map<String, String> live =
        Map.of("model.devices", "cpu,gpu:0", "model.workers-per-device", "4");
    ModelConfig model = load("", live).candidate().orElseThrow().model();
    assertThat(model.devices()).containsExactly("cpu");
    assertThat(model.workersPerDevice()).isEqualTo(1);
    assertThat(model.intraOpThreads()).isEqualTo(1);
  }

  @Test
  void another_bundle_has_no_use_for_the_calibration_of_the_live_one() throws IOException {
    Map<String, String> live = Map.of("policy.calibration", "live.json");
    assertThat(load("model.bundle=b\n", live).candidate().orElseThrow().policy().calibration())
        .isEmpty();
    assertThat(load("", live).candidate().orElseThrow().policy().calibration())
        .contains(Path.of("live.json"));
    assertThat(
            load("model.bundle=b\npolicy.calibration=b.json\n", live)
                .candidate()
                .orElseThrow()
                .policy()
                .calibration())
        .contains(Path.of("b.json"));
  }

  @Test
  void what_is_not_the_candidates_to_choose_is_refused_by_name() {
    assertThat(problems("policy.low-confidence-score=0.5\nstream.threads=9\n"))
        .singleElement()
        .asString()
        .startsWith("shadow.config: file candidate.properties line 2: \"stream.threads\" is not")
        .contains("model.bundle", "policy.*", "purify.*", "suspicion.*");
  }

  @Test
  void every_problem_of_the_file_is_named_with_the_key_that_leads_to_it() {
    assertThat(problems("policy.low-confidence-score=7\npurify.presett=off\n"))
        .hasSize(2)
        .allSatisfy(problem -> assertThat(problem).startsWith("shadow.config: file candidate"));
    assertThat(problems("policy.suspicion-threshold=much\n").get(0)).contains("is not a number");
  }

  @Test
  void a_file_that_is_not_there_is_refused() {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                AppConfig.load(
                    List.of(ConfigSource.flags(Map.of("shadow.config", "nowhere.properties")))));
    assertThat(refused).hasMessageStartingWith("shadow.config: file nowhere.properties");
  }

  @Test
  void the_topics_of_a_shadow_are_its_own() throws IOException {
    assertThat(load("", Map.of()).topics().shadowProblem()).isEmpty();
    assertThat(load("", Map.of("topics.images-shadow", "images.labelled")).topics().shadowProblem())
        .containsExactly("images.labelled");
    assertThat(load("", Map.of("topics.images-shadow", "images.shadow.dead-letter")).topics())
        .extracting(TopicsConfig::shadowProblem)
        .isEqualTo(java.util.Set.of("images.shadow.dead-letter"));
  }

  @Test
  void the_keys_stay_hidden() throws IOException {
    AppConfig live =
        load(
            "suspicion.key=a-candidates-secret-key\n",
            Map.of("shadow.key", "a-very-secret-shadow-key"));
    assertThat(live.shadow().toString()).doesNotContain("secret-shadow-key");
    assertThat(live.describe()).doesNotContain("secret-shadow-key");
    assertThat(live.redact("a-candidates-secret-key a-very-secret-shadow-key"))
        .doesNotContain("secret");
  }
}
