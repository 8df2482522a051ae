package io.clipure.stream.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** YAML documents as trees. */
final class Yaml {
  /** The repository's root; tests run in their module's folder. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final ObjectMapper JSON = new ObjectMapper();

  private Yaml() {}

  static JsonNode one(Path file) {
    List<JsonNode> documents = all(text(file));
    if (documents.size() != 1) {
      throw new IllegalArgumentException(file + " holds " + documents.size() + " documents, not 1");
    }
    return documents.get(0);
  }

  static List<JsonNode> all(String text) {
    Load load = new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build());
    List<JsonNode> documents = new ArrayList<>();
    load.loadAllFromString(text).forEach(document -> documents.add(JSON.valueToTree(document)));
    return documents;
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
