package io.clipure.stream.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What images really show: a JSON list of objects with {@code file} and {@code label} (or {@code
 * concept}), matched by file name, or a folder with one folder of images a label.
 */
final class CalibrationTruth {
  private final Path folder;
  private final Map<String, String> labelOfFile;

  private CalibrationTruth(Path folder, Map<String, String> labelOfFile) {
    this.folder = folder;
    this.labelOfFile = labelOfFile;
  }

  /** Nothing is known. */
  static CalibrationTruth none() {
    return new CalibrationTruth(null, Map.of());
  }

  /**
   * Reads a truth.
   *
   * @throws RefusedException in one line if it is neither
   */
  static CalibrationTruth read(Path path) {
    if (Files.isDirectory(path)) {
      return new CalibrationTruth(path.toAbsolutePath().normalize(), Map.of());
    }
    try {
      Map<String, String> labels = new HashMap<>();
      JsonNode list = new ObjectMapper().readTree(Files.readAllBytes(path));
      for (JsonNode image : list) {
        JsonNode label = image.has("label") ? image.get("label") : image.get("concept");
        if (!image.path("file").isTextual() || label == null || !label.isTextual()) {
          throw new RefusedException(
              "%s: entry %d has no texts file and label; expected [{\"file\": …, \"label\": …}, …]"
                  .formatted(path, labels.size() + 1));
        }
        labels.put(image.get("file").asText(), label.asText());
      }
      if (!list.isArray() || labels.isEmpty()) {
        throw new RefusedException(path + ": expected a JSON list of files with their labels");
      }
      return new CalibrationTruth(null, labels);
    } catch (IOException e) {
      throw new RefusedException(
          path
              + " could not be read as a JSON list of files with their labels ("
              + e.getClass().getSimpleName()
              + "); give such a file, or a folder with one folder a label",
          e);
    }
  }

  /** The id of an image's true label, if it is known. */
  Optional<String> of(String name) {
    if (folder != null) {
      Path path = Path.of(name).toAbsolutePath().normalize();
      return path.startsWith(folder) && path.getNameCount() > folder.getNameCount() + 1
          ? Optional.of(path.getName(folder.getNameCount()).toString())
          : Optional.empty();
    }
    return Optional.ofNullable(labelOfFile.get(name.substring(name.lastIndexOf('/') + 1)));
  }
}
