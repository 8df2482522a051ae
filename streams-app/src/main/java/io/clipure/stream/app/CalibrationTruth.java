package io.clipure.stream.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.ReviewDecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What images really show: a JSON list of objects with {@code file} and {@code label} (or {@code
 * concept}), matched by file name; a folder with one folder of images a label; or reviews, matched
 * by event id.
 */
final class CalibrationTruth {
  private final Path folder;
  private final Map<String, String> labelOfFile;
  private final boolean byId;

  private CalibrationTruth(Path folder, Map<String, String> labelOfFile, boolean byId) {
    this.folder = folder;
    this.labelOfFile = labelOfFile;
    this.byId = byId;
  }

  /** Nothing is known. */
  static CalibrationTruth none() {
    return new CalibrationTruth(null, Map.of(), false);
  }

  /**
   * Reads a truth.
   *
   * @throws RefusedException in one line if it is neither
   */
  static CalibrationTruth read(Path path) {
    if (Files.isDirectory(path)) {
      return new CalibrationTruth(path.toAbsolutePath().normalize(), Map.of(), false);
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
      return new CalibrationTruth(null, labels, false);
    } catch (IOException e) {
      throw new RefusedException(
          path
              + " could not be read as a JSON list of files with their labels ("
              + e.getClass().getSimpleName()
              + "); give such a file, or a folder with one folder a label",
          e);
    }
  }

  /**
   * What people decided: the first label of each review, by event id.
   *
   * @throws RefusedException if no review names a label
   */
  static CalibrationTruth reviews(Collection<ReviewDecision> reviews) {
    Map<String, String> labels = new HashMap<>();
    for (ReviewDecision review : reviews) {
      if (!review.getLabels().isEmpty()) {
        labels.put(review.getId(), review.getLabels().get(0));
      }
    }
    if (labels.isEmpty()) {
      throw new RefusedException(
          "none of %d reviews names a label; calibrate needs true labels, not decisions"
              .formatted(reviews.size()));
    }
    return new CalibrationTruth(null, labels, true);
  }

  /** The id of an image's true label, if it is known. */
  Optional<String> of(String name) {
    if (folder != null) {
      Path path = Path.of(name).toAbsolutePath().normalize();
      return path.startsWith(folder) && path.getNameCount() > folder.getNameCount() + 1
          ? Optional.of(path.getName(folder.getNameCount()).toString())
          : Optional.empty();
    }
    return Optional.ofNullable(
        labelOfFile.get(byId ? name : name.substring(name.lastIndexOf('/') + 1)));
  }
}
