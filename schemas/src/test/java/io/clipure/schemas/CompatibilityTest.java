package io.clipure.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Old services read new records and new services read old ones, for every released version. */
class CompatibilityTest {
  @Test
  void the_current_schemas_are_fully_compatible_with_every_released_version() {
    Map<String, Schema> current = SchemaFiles.current();
    List<String> breaks = new ArrayList<>();
    SchemaFiles.history()
        .forEach(
            (version, schemas) ->
                schemas.forEach(
                    (name, released) -> {
                      assertThat(current).as("schema of %s", version).containsKey(name);
                      breaks(released, current.get(name))
                          .forEach(text -> breaks.add(version + " " + name + " " + text));
                    }));
    assertThat(breaks).isEmpty();
  }

  @Test
  void released_versions_read_each_other() {
    Map<String, Map<String, Schema>> history = SchemaFiles.history();
    List<String> breaks = new ArrayList<>();
    history
        .get("v1")
        .forEach((name, old) -> breaks.addAll(breaks(old, history.get("v2").get(name))));
    assertThat(breaks).isEmpty();
    assertThat(history.get("v2").get("LabelledImage").getField("views")).isNotNull();
  }

  @Test
  void history_holds_a_copy_of_every_schema() {
    assertThat(SchemaFiles.history()).isNotEmpty();
    assertThat(SchemaFiles.history().get("v1")).containsKeys("ImageEvent", "LabelledImage");
    assertThat(SchemaFiles.history().values())
        .last()
        .extracting(Map::keySet)
        .isEqualTo(SchemaFiles.current().keySet());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          removing a field     | {"name": "topScore", "type": "double", "doc": "Its score, 0..1."}, |
          adding one, required | {"name": "topScore", | {"name": "n", "type": "int"}, {"name": "topScore",
          changing a type      | "topScore", "type": "double" | "topScore", "type": "string"
          narrowing a type     | "topScore", "type": "double" | "topScore", "type": "float"
          renaming a field     | "topScore" | "bestScore"
          renaming a record    | "name": "Suspicion" | "name": "Doubt"
          making it nullable   | "topScore", "type": "double" | "topScore", "type": ["null", "double"]
          """)
  void a_breaking_change_of_the_result_is_detected(String change, String from, String to) {
    String text = SchemaFiles.text("LabelledImage");
    assertThat(text).contains(from);
    Schema changed = SchemaFiles.parse(text.replace(from, to == null ? "" : to));
    assertThat(breaks(SchemaFiles.current().get("LabelledImage"), changed)).isNotEmpty();
  }

  @Test
  void renaming_an_enum_symbol_without_a_default_is_detected() {
    Schema before = Schema.createEnum("Decision", null, "io.clipure.schemas", List.of("A", "B"));
    Schema after = Schema.createEnum("Decision", null, "io.clipure.schemas", List.of("A", "C"));
    assertThat(breaks(before, after)).hasSize(2);
  }

  @Test
  void symbols_are_only_ever_added_because_a_default_would_hide_their_loss() {
    SchemaFiles.history()
        .values()
        .forEach(
            schemas -> {
              assertThat(SchemaFiles.current().get("Decision").getEnumSymbols())
                  .containsAll(schemas.get("Decision").getEnumSymbols());
              assertThat(flagKinds(SchemaFiles.current())).containsAll(flagKinds(schemas));
            });
  }

  @Test
  void adding_a_field_with_a_default_is_allowed() {
    String from = "{\"name\": \"topScore\",";
    String added = "{\"name\": \"n\", \"type\": \"int\", \"default\": 0}, " + from;
    Schema changed = SchemaFiles.parse(SchemaFiles.text("LabelledImage").replace(from, added));
    assertThat(changed.getField("n")).isNotNull();
    assertThat(breaks(SchemaFiles.current().get("LabelledImage"), changed)).isEmpty();
  }

  private static List<String> flagKinds(Map<String, Schema> schemas) {
    Schema flag = schemas.get("LabelledImage").getField("flags").schema().getElementType();
    return flag.getField("kind").schema().getEnumSymbols();
  }

  private static List<String> breaks(Schema released, Schema current) {
    List<String> breaks = new ArrayList<>();
    addBreak(breaks, "backward (new reader, old record)", current, released);
    addBreak(breaks, "forward (old reader, new record)", released, current);
    return breaks;
  }

  private static void addBreak(List<String> to, String direction, Schema reader, Schema writer) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    if (result.getType() != SchemaCompatibilityType.COMPATIBLE) {
      to.add(direction + ": " + result.getResult().getIncompatibilities());
    }
  }
}
