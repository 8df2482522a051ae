package io.clipure.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class DocumentationTest {
  private final Set<String> visited = new HashSet<>();
  private final List<String> undocumented = new ArrayList<>();

  @Test
  void every_record_enum_and_field_is_documented() {
    SchemaFiles.current().values().forEach(this::visit);
    assertThat(visited).contains("io.clipure.schemas.Provenance", "io.clipure.schemas.FlagKind");
    assertThat(undocumented).isEmpty();
  }

  private void visit(Schema schema) {
    switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> visitNamed(schema);
      case ARRAY -> visit(schema.getElementType());
      case MAP -> visit(schema.getValueType());
      case UNION -> schema.getTypes().forEach(this::visit);
      default -> {}
    }
  }

  private void visitNamed(Schema schema) {
    if (!visited.add(schema.getFullName())) {
      return;
    }
    require(schema.getDoc(), schema.getFullName());
    if (schema.getType() == Schema.Type.RECORD) {
      for (Schema.Field field : schema.getFields()) {
        require(field.doc(), schema.getFullName() + "." + field.name());
        visit(field.schema());
      }
    }
  }

  private void require(String doc, String name) {
    if (doc == null || doc.isBlank()) {
      undocumented.add(name);
    }
  }
}
