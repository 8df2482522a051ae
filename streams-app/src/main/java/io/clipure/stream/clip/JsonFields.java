package io.clipure.stream.clip;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields of one JSON object of a manifest: typed access that fails with the field's path, and a
 * last look for fields nobody asked for (a misspelt key must not silently mean "not given").
 */
final class JsonFields {
  private final String bundle;
  private final String path;
  private final JsonNode node;
  private final Set<String> asked = new LinkedHashSet<>();

  private JsonFields(String bundle, String path, JsonNode node) {
    this.bundle = bundle;
    this.path = path;
    this.node = node;
  }

  static JsonFields root(String bundle, JsonNode node) {
    JsonFields root = new JsonFields(bundle, "", node);
    if (node == null || !node.isObject()) {
      throw root.failure("$", node == null ? "nothing" : kind(node), "a JSON object");
    }
    return root;
  }

  /** How a text is quoted in messages. */
  static String describe(String text) {
    return '"' + OneLine.of(text) + '"';
  }

  /** Fails unless the condition on the named field holds. */
  void check(String name, boolean holds, Object seen, String expected) {
    if (!holds) {
      throw failure(pathOf(name), seen.toString(), expected);
    }
  }

  /** Fails if the object has a field that was never asked for. */
  void done() {
    for (String name : names()) {
      if (!asked.contains(name)) {
        throw failure(
            pathOf(name), "an unknown field", "only " + asked + "; correct or remove the field");
      }
    }
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  String text(String name) {
    return text(pathOf(name), required(name));
  }

  String optionalText(String name) {
    JsonNode value = optional(name);
    return value == null ? null : text(pathOf(name), value);
  }

  String oneOf(String name, String only) {
    String text = text(name);
    check(name, text.equals(only), describe(text), describe(only) + ", the only kind supported");
    return text;
  }

  int integer(String name, int least, int most) {
    return (int) wholeNumber(name, least, most);
  }

  long wholeNumber(String name, long least, long most) {
    JsonNode value = required(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw failure(pathOf(name), shown(value), "a whole number from " + least + " to " + most);
    }
    return value.longValue();
  }

  double number(String name, double least, double most) {
    return number(pathOf(name), required(name), least, most);
  }

  Double optionalNumber(String name, double least, double most) {
    JsonNode value = optional(name);
    return value == null ? null : number(pathOf(name), value, least, most);
  }

  List<Double> numbers(String name, int length, double least, double most) {
    JsonNode array = array(name, required(name));
    if (array.size() != length) {
      throw failure(pathOf(name), array.size() + " elements", length + " numbers");
    }
    List<Double> numbers = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      numbers.add(number(pathOf(name) + "[" + i + "]", array.get(i), least, most));
    }
    return List.copyOf(numbers);
  }

  List<String> texts(String name) {
    return texts(name, required(name));
  }

  List<String> optionalTexts(String name) {
    JsonNode value = optional(name);
    return value == null ? null : texts(name, value);
  }

  JsonFields object(String name) {
    return object(name, required(name));
  }

  JsonFields optionalObject(String name) {
    JsonNode value = optional(name);
    return value == null ? null : object(name, value);
  }

  /** The objects of an array. */
  List<JsonFields> objects(String name) {
    JsonNode array = array(name, required(name));
    List<JsonFields> objects = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      if (!array.get(i).isObject()) {
        throw failure(pathOf(name) + "[" + i + "]", shown(array.get(i)), "an object");
      }
      objects.add(new JsonFields(bundle, pathOf(name) + "[" + i + "]", array.get(i)));
    }
    return List.copyOf(objects);
  }

  /** The scalar and composite values of a free-form object as text; empty if absent or null. */
  Map<String, String> optionalFreeForm(String name) {
    JsonNode value = optional(name);
    if (value == null) {
      return Map.of();
    }
    Map<String, String> result = new LinkedHashMap<>();
    for (String key : object(name, value).names()) {
      JsonNode entry = value.get(key);
      result.put(key, entry.isValueNode() ? entry.asText() : entry.toString());
    }
    return Collections.unmodifiableMap(result);
  }

  private JsonFields object(String name, JsonNode value) {
    if (!value.isObject()) {
      throw failure(pathOf(name), shown(value), "an object");
    }
    return new JsonFields(bundle, pathOf(name), value);
  }

  private JsonNode array(String name, JsonNode value) {
    if (!value.isArray()) {
      throw failure(pathOf(name), shown(value), "an array");
    }
    return value;
  }

  private List<String> texts(String name, JsonNode value) {
    JsonNode array = array(name, value);
    List<String> texts = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      texts.add(text(pathOf(name) + "[" + i + "]", array.get(i)));
    }
    return List.copyOf(texts);
  }

  private String text(String where, JsonNode value) {
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw failure(where, shown(value), "a text that is not blank");
    }
    return value.textValue();
  }

  private double number(String where, JsonNode value, double least, double most) {
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(number >= least && number <= most)) {
      String range =
          most == Double.MAX_VALUE
              ? "a number of at least " + least
              : "a number from " + least + " to " + most;
      throw failure(where, shown(value), range);
    }
    return number;
  }

  private JsonNode required(String name) {
    asked.add(name);
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      throw failure(pathOf(name), value == null ? "nothing" : "null", "this field");
    }
    return value;
  }

  private JsonNode optional(String name) {
    asked.add(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private BundleException failure(String where, String seen, String expected) {
    return new BundleException(
        "bundle "
            + bundle
            + ": manifest.json field "
            + where
            + ": seen "
            + seen
            + ", expected "
            + expected);
  }

  private static String shown(JsonNode value) {
    return value.isValueNode() ? OneLine.of(value.toString()) : kind(value);
  }

  private static String kind(JsonNode value) {
    return value.isObject() ? "an object" : value.isArray() ? "an array" : value.toString();
  }
}
