package io.clipure.stream.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the bundled demo images really show, by file name; empty for anybody else's images. */
record Truth(Map<String, String> labelOfFile) {

  /** Reads {@code images.json} of the demo folder, where there is one. */
  static Truth read(Path demoFolder) {
    Path file = demoFolder.resolve("images.json");
    if (!Files.exists(file)) {
      return new Truth(Map.of());
    }
    try {
      Map<String, String> labels = new HashMap<>();
      for (JsonNode image : new ObjectMapper().readTree(Files.readAllBytes(file))) {
        labels.put(image.get("file").asText(), image.get("concept").asText());
      }
      return new Truth(Map.copyOf(labels));
    } catch (IOException e) {
      throw new RefusedException(file + " could not be read: " + e.getMessage(), e);
    }
  }

  /** The true label of a file, if it is known. */
  Optional<String> of(String fileName) {
    return Optional.ofNullable(labelOfFile.get(fileName));
  }
}
