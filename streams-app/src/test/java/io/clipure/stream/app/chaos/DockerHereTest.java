package io.clipure.stream.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a machine without Docker means, and where the names of the images come from. */
class DockerHereTest {
  @Test
  void only_continuous_integration_must_have_docker_unless_it_knows_better() {
    assertThat(DockerHere.required(Map.of())).isFalse();
    assertThat(DockerHere.required(Map.of("CI", "true"))).isTrue();
    assertThat(DockerHere.required(Map.of("CI", "true", DockerHere.KNOWN, "unavailable")))
        .isFalse();
  }

  @Test
  void images_are_those_that_users_are_told_of() {
    assertThat(TestedImages.read().names())
        .containsExactly(
            "debian:bookworm-slim", "apache/kafka:4.3.1", "apicurio/apicurio-registry:3.0.9");
  }
}
