package io.clipure.stream.redteam.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A folder with {@code images.json}, a list of objects with {@code file} and {@code concept}: the
 * demo's own, or what {@code render_demo.py --out} writes. The files lie in {@code images/} where
 * there is such a folder, else beside the list.
 */
final class AnswerSheet {
  static final String FILE = "images.json";

  private AnswerSheet() {}

  static ImageSet list(Path folder, LabelNames names) throws IOException {
    Path sheet = folder.resolve(FILE);
    Path inner = folder.resolve("images");
    Path place = Files.isDirectory(inner) ? inner : folder;
    List<LabelledImage> images = new ArrayList<>();
    for (JsonNode row : parse(sheet)) {
      if (!row.path("file").isTextual() || !row.path("concept").isTextual()) {
        throw new DataException(
            sheet
                + ": entry "
                + (images.size() + 1)
                + " lacks \"file\" or \"concept\"; expected the list that render_demo.py writes");
      }
      images.add(image(sheet, place, row, names));
    }
    images.sort(Comparator.comparing(LabelledImage::name));
    return new ImageSet("answer sheet", images);
  }

  private static JsonNode parse(Path sheet) throws IOException {
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(sheet));
      if (root == null || !root.isArray()) {
        throw new DataException(sheet + " is no JSON list; expected what render_demo.py writes");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new DataException(sheet + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static LabelledImage image(Path sheet, Path place, JsonNode row, LabelNames names) {
    String name = row.get("file").asText();
    Path file = place.resolve(name).normalize();
    if (!file.startsWith(place.normalize()) || !Files.isRegularFile(file)) {
      throw new DataException(
          sheet + ": \"" + name + "\" is not a file below " + place + "; render the set again");
    }
    return new LabelledImage(
        name,
        names.find(row.get("concept").asText(), sheet.toString()),
        () -> Files.readAllBytes(file));
  }
}
