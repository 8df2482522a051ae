package io.clipure.stream.app.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a model bundle whose image graph hangs, throws or runs out of memory for the images that
 * ask for it; text encoder and tokenizer are the demo bundle's. Device faults then happen in the
 * shipped service, in the real engine, without a hook in the product.
 */
final class ChaosBundle {
  private static final String IMAGE = "image.onnx";
  private static final List<String> SHARED = List.of("text.onnx", "tokenizer.json");

  private static final String LABELS =
      """
      name: chaos
      low_confidence: { score: 0.6, margin: 0.2 }
      labels:
        - { id: pistol, name: Pistol, group: weapons, action: BLOCK, threshold: 0.5, prompts: ["pistol"] }
        - { id: beer, name: Beer, group: alcohol, action: REVIEW, prompts: ["beer"] }
        - { id: dog, name: Dog, group: safe, action: ALLOW, prompts: ["dog"] }
        - { id: rose, name: Rose, group: safe, action: ALLOW, prompts: ["rose"] }
      """;

  private ChaosBundle() {}

  /**
   * Writes the bundle into an empty directory.
   *
   * @param demo the demo bundle
   */
  static void write(Path demo, Path directory) throws IOException {
    Files.createDirectories(directory);
    ObjectMapper json = new ObjectMapper();
    ObjectNode manifest =
        (ObjectNode) json.readTree(Files.readAllBytes(demo.resolve("manifest.json")));
    ObjectNode files = json.createObjectNode();
    for (String name : SHARED) {
      Files.copy(demo.resolve(name), directory.resolve(name));
      files.set(name, manifest.get("files").get(name));
    }
    byte[] graph = graph();
    Files.write(directory.resolve(IMAGE), graph);
    files.set(
        IMAGE, json.createObjectNode().put("sha256", Digests.of(graph)).put("bytes", graph.length));
    manifest.put("name", "chaos");
    manifest.put("architecture", "linear, with faults on demand");
    manifest.put("provenance", "image graph by streams-app/models/make_chaos_graph.py");
    ((ObjectNode) manifest.get("image")).put("size", Pictures.SIDE);
    manifest.putNull("calibration");
    manifest.remove("evaluation");
    manifest.remove("gradient");
    manifest.remove("prior");
    manifest.set("files", files);
    json.writeValue(directory.resolve("manifest.json").toFile(), manifest);
  }

  /** A small label set, so that a service is up soon after each kill. */
  static void writeLabels(Path file) throws IOException {
    Files.writeString(file, LABELS);
  }

  private static byte[] graph() throws IOException {
    try (InputStream resource = ChaosBundle.class.getResourceAsStream(IMAGE)) {
      if (resource == null) {
        throw new IllegalStateException("the program lacks its resource " + IMAGE);
      }
      return resource.readAllBytes();
    }
  }
}
