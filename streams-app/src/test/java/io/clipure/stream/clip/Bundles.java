package io.clipure.stream.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Bundles for tests: the committed demo, copies of it to break, and one with a tiny graph. */
final class Bundles {
  static final Path EMOJI = Path.of("bundles", "emoji");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Bundles() {}

  /** A copy of the demo bundle in {@code directory}. */
  static Path copyOfEmoji(Path directory) {
    try (Stream<Path> files = Files.list(EMOJI)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName().toString()));
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A bundle of 4-pixel images and 3 dimensions whose image graph is a test resource. */
  static Path tiny(Path directory, String graph) {
    copyOfEmoji(directory);
    replace(directory, "image.onnx", resource("graphs/" + graph));
    edit(
        directory,
        manifest -> {
          manifest.put("embedding_dim", 3);
          ArrayNode anchor = manifest.putArray("blank_anchor");
          anchor.add(1.0).add(0.0).add(0.0);
          ((ObjectNode) manifest.get("image")).put("size", 4);
        });
    return directory;
  }

  /**
   * A bundle of 8-pixel images and 9 dimensions whose image graphs, gradient included, are a test
   * resource.
   */
  static Path withTinyGradient(Path directory) {
    copyOfEmoji(directory);
    try {
      JsonNode reference = JSON.readTree(resource("gradient/reference.json"));
      reference
          .get("files")
          .fieldNames()
          .forEachRemaining(name -> write(directory, name, resource("gradient/" + name)));
      edit(
          directory,
          manifest -> {
            int dimension = reference.get("dimension").intValue();
            manifest.put("embedding_dim", dimension);
            ArrayNode anchor = manifest.putArray("blank_anchor").add(1.0);
            for (int i = 1; i < dimension; i++) {
              anchor.add(0.0);
            }
            ((ObjectNode) manifest.get("image")).set("size", reference.get("size"));
            ((ObjectNode) manifest.get("files")).setAll((ObjectNode) reference.get("files"));
            manifest
                .putObject("gradient")
                .put("forward", "image-float.onnx")
                .put("vjp", "image-vjp.onnx")
                .put("input", "pixels")
                .put("output", "embedding")
                .put("cotangent", "cotangent")
                .put("gradient", "gradient");
          });
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path directory, String name, byte[] content) {
    try {
      Files.write(directory.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces a file and its entry in the manifest. */
  static void replace(Path directory, String name, byte[] content) {
    try {
      Files.write(directory.resolve(name), content);
      String digest =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      edit(
          directory,
          manifest ->
              ((ObjectNode) manifest.get("files").get(name))
                  .put("sha256", digest)
                  .put("bytes", content.length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Rewrites the manifest. */
  static void edit(Path directory, Consumer<ObjectNode> change) {
    Path file = directory.resolve("manifest.json");
    try {
      ObjectNode manifest = (ObjectNode) JSON.readTree(file.toFile());
      change.accept(manifest);
      JSON.writeValue(file.toFile(), manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] resource(String name) {
    try (InputStream in = Bundles.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
