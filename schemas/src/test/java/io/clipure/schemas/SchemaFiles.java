package io.clipure.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** Reads the current and the frozen schema files. Maven runs tests in the module's directory. */
final class SchemaFiles {
  private static final Path CURRENT = Path.of("src/main/avro");
  private static final Path HISTORY = Path.of("src/test/resources/history");

  private SchemaFiles() {}

  static Map<String, Schema> current() {
    return parse(CURRENT);
  }

  static String text(String name) {
    try {
      return Files.readString(CURRENT.resolve(name + ".avsc"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parses a variant of a current schema. */
  static Schema parse(String text) {
    Schema.Parser parser = new Schema.Parser();
    parser.parse(text("Decision"));
    return parser.parse(text);
  }

  /** Version directory to the schemas in it, by name. */
  static Map<String, Map<String, Schema>> history() {
    Map<String, Map<String, Schema>> versions = new LinkedHashMap<>();
    for (Path directory : list(HISTORY).stream().filter(Files::isDirectory).toList()) {
      versions.put(directory.getFileName().toString(), parse(directory));
    }
    return versions;
  }

  static byte[] golden(String version, String name) {
    try {
      return Files.readAllBytes(HISTORY.resolve(version).resolve(name + ".bin"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Schema> parse(Path directory) {
    // Decision is a type of its own file; the parser must meet it before the records that use it.
    Map<String, Schema> schemas = new LinkedHashMap<>();
    Schema.Parser parser = new Schema.Parser();
    try {
      for (Path file : list(directory)) {
        if (file.toString().endsWith(".avsc")) {
          Schema schema = parser.parse(Files.readString(file));
          schemas.put(schema.getName(), schema);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return schemas;
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
