package io.clipure.stream.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our rendering is kubectl's. Debian's own kubectl is too old for components. */
class KubectlTest {
  @TempDir private Path folder;

  private String run(String... command) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "no kubectl here, so the overlays are rendered by Kustomization alone");
      throw e;
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
    assertThat(process.exitValue()).as(Yaml.text(err)).isZero();
    return new String(java.nio.file.Files.readAllBytes(out), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void an_overlay_is_rendered_as_kubectl_renders_it(String overlay) throws Exception {
    String version = run("kubectl", "version", "--client");
    assumeTrue(
        version.contains("Kustomize Version: v5"), "kubectl's kustomize is not 5: " + version);
    Path place = Yaml.ROOT.resolve("k8s/overlays").resolve(overlay);
    String printed = run("kubectl", "kustomize", place.toString());
    String plain = printed.replaceAll("clipure-stream-[a-z0-9]{10}(?=\\s)", "clipure-stream");
    assertThat(plain).as("the ConfigMap's digest").isNotEqualTo(printed);
    assertThat(byName(Kustomization.render(place))).isEqualTo(byName(Yaml.all(plain)));
  }

  private static Map<String, JsonNode> byName(List<? extends JsonNode> documents) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    documents.forEach(
        one -> sorted.put(one.at("/kind").asText() + "/" + one.at("/metadata/name").asText(), one));
    return sorted;
  }
}
