package io.clipure.stream.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.topology.HalfPrecision;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * A verdict as the programs in other languages print it, with all fields, made of what Java read.
 */
final class AvroJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AvroJson() {}

  /** Bytes are embeddings and become numbers; times become milliseconds. */
  static JsonNode of(Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    if (value instanceof IndexedRecord avro) {
      ObjectNode fields = NODES.objectNode();
      for (Schema.Field field : avro.getSchema().getFields()) {
        fields.set(field.name(), of(avro.get(field.pos())));
      }
      return fields;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode entries = NODES.objectNode();
      map.forEach((key, entry) -> entries.set(key.toString(), of(entry)));
      return entries;
    }
    if (value instanceof Collection<?> list) {
      ArrayNode elements = NODES.arrayNode();
      list.forEach(element -> elements.add(of(element)));
      return elements;
    }
    if (value instanceof ByteBuffer halves) {
      ArrayNode numbers = NODES.arrayNode();
      for (float number : HalfPrecision.decode(halves)) {
        numbers.add((double) number);
      }
      return numbers;
    }
    if (value instanceof Instant time) {
      return NODES.numberNode((double) time.toEpochMilli());
    }
    if (value instanceof Number number) {
      return NODES.numberNode(number.doubleValue());
    }
    if (value instanceof Boolean truth) {
      return NODES.booleanNode(truth);
    }
    return NODES.textNode(value.toString());
  }

  /** What another program printed, with its numbers as those here. */
  static JsonNode plain(JsonNode printed) {
    if (printed.isNumber()) {
      return NODES.numberNode(printed.doubleValue());
    }
    if (printed.isArray()) {
      ArrayNode elements = NODES.arrayNode();
      printed.forEach(element -> elements.add(plain(element)));
      return elements;
    }
    if (printed.isObject()) {
      ObjectNode fields = NODES.objectNode();
      printed.properties().forEach(field -> fields.set(field.getKey(), plain(field.getValue())));
      return fields;
    }
    return printed;
  }
}
