package io.clipure.stream.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A rendered overlay.
 *
 * @param name folder's name
 * @param documents all of it
 */
record Overlay(String name, List<? extends JsonNode> documents) {
  static Overlay of(String name) {
    return new Overlay(name, Kustomization.render(Yaml.ROOT.resolve("k8s/overlays").resolve(name)));
  }

  List<JsonNode> all(String kind) {
    return documents.stream()
        .filter(one -> one.at("/kind").asText().equals(kind))
        .map(JsonNode.class::cast)
        .toList();
  }

  JsonNode only(String kind) {
    List<JsonNode> found = all(kind);
    if (found.size() != 1) {
      throw new AssertionError(name + " has " + found.size() + " of kind " + kind + ", not 1");
    }
    return found.get(0);
  }

  StatefulSet set() {
    return StrictReader.as(only("StatefulSet"), StatefulSet.class);
  }

  PodSpec pod() {
    return set().getSpec().getTemplate().getSpec();
  }

  Map<String, String> podLabels() {
    return set().getSpec().getTemplate().getMetadata().getLabels();
  }

  Container container() {
    return pod().getContainers().get(0);
  }

  /**
   * The configuration as the program in the pod would read it.
   *
   * @param folder stands for the mounted secret and takes the file
   */
  AppConfig config(Path folder) throws IOException {
    Path secrets = Files.createDirectories(folder.resolve("secrets"));
    Files.writeString(secrets.resolve("suspicion.key"), "0123456789abcdef0123456789abcdef");
    Path file = folder.resolve("app.properties");
    Files.writeString(
        file,
        properties()
            .replace("${env:POD_NAME}", "clipure-stream-0")
            .replace("/etc/clipure-secrets", secrets.toString()));
    Map<String, String> environment =
        container().getEnv().stream()
            .filter(variable -> variable.getName().startsWith("CLIPURE_"))
            .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    return AppConfig.load(List.of(ConfigSource.file(file), ConfigSource.environment(environment)))
        .requireCluster();
  }

  String properties() {
    return only("ConfigMap").at("/data/app.properties").asText();
  }

  @Override
  public String toString() {
    return name;
  }
}
