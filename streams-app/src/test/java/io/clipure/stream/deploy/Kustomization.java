package io.clipure.stream.deploy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The part of kustomize that our manifests use, for machines without kubectl: resources,
 * components, namespace, generated ConfigMaps (without the digest in their names), images and JSON
 * patches. Anything else is refused. {@link KubectlTest} holds it against the real one.
 */
final class Kustomization {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "namespace",
          "resources",
          "components",
          "configMapGenerator",
          "images",
          "patches");

  private final Path folder;
  private final JsonNode description;

  private Kustomization(Path folder) {
    this.folder = folder;
    this.description = Yaml.one(folder.resolve("kustomization.yaml"));
    description
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!KNOWN.contains(field)) {
                throw new IllegalArgumentException(folder + ": " + field + " is not known here");
              }
            });
  }

  /** What {@code kubectl kustomize FOLDER} prints, in another order. */
  static List<ObjectNode> render(Path folder) {
    List<ObjectNode> documents = new ArrayList<>();
    new Kustomization(folder.normalize()).into(documents);
    return documents;
  }

  private void into(List<ObjectNode> documents) {
    for (JsonNode resource : description.path("resources")) {
      Path path = folder.resolve(resource.asText()).normalize();
      if (Files.isDirectory(path)) {
        documents.addAll(render(path));
      } else {
        Yaml.all(Yaml.text(path)).forEach(document -> documents.add((ObjectNode) document));
      }
    }
    for (JsonNode generator : description.path("configMapGenerator")) {
      documents.add(configMap(generator));
    }
    for (JsonNode component : description.path("components")) {
      new Kustomization(folder.resolve(component.asText()).normalize()).into(documents);
    }
    for (JsonNode patch : description.path("patches")) {
      documents.stream()
          .filter(document -> document.at("/kind").equals(patch.at("/target/kind")))
          .filter(document -> document.at("/metadata/name").equals(patch.at("/target/name")))
          .forEach(document -> operations(patch).forEach(one -> apply(document, one)));
    }
    if (description.has("namespace")) {
      documents.stream()
          .filter(document -> !document.at("/kind").asText().equals("Namespace"))
          .forEach(
              document ->
                  ((ObjectNode) document.get("metadata"))
                      .set("namespace", description.get("namespace")));
    }
    for (JsonNode image : description.path("images")) {
      documents.forEach(document -> name(document, image));
    }
  }

  private ObjectNode configMap(JsonNode generator) {
    ObjectNode map = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").set("name", generator.get("name"));
    ObjectNode data = map.putObject("data");
    for (JsonNode file : generator.get("files")) {
      data.put(file.asText(), Yaml.text(folder.resolve(file.asText())));
    }
    return map;
  }

  private JsonNode operations(JsonNode patch) {
    return patch.has("path")
        ? Yaml.one(folder.resolve(patch.get("path").asText()))
        : Yaml.all(patch.get("patch").asText()).get(0);
  }

  /** RFC 6902. */
  private static void apply(ObjectNode document, JsonNode operation) {
    JsonPointer path = JsonPointer.compile(operation.get("path").asText());
    JsonNode parent = document.at(path.head());
    String last = path.last().toString().substring(1).replace("~1", "/").replace("~0", "~");
    String what = operation.get("op").asText();
    boolean exists = !document.at(path).isMissingNode();
    if (parent.isMissingNode() || (!what.equals("add") && !exists)) {
      throw new IllegalArgumentException("nothing at " + path + " to " + what);
    }
    switch (what) {
      case "remove" -> ((ObjectNode) parent).remove(last);
      case "add", "replace" -> {
        if (parent instanceof ArrayNode list && last.equals("-")) {
          list.add(operation.get("value"));
        } else {
          ((ObjectNode) parent).set(last, operation.get("value"));
        }
      }
      default -> throw new IllegalArgumentException(what + " is not known here");
    }
  }

  private static void name(ObjectNode document, JsonNode image) {
    for (JsonNode container : document.at("/spec/template/spec/containers")) {
      if (container.get("image").equals(image.get("name"))) {
        ((ObjectNode) container)
            .put("image", image.get("newName").asText() + ":" + image.get("newTag").asText());
      }
    }
  }
}
