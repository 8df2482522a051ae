package io.clipure.stream.clip;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * One spelling of a JSON value, whoever wrote it: no white space, keys in the order of their UTF-16
 * units, decimals without trailing zeros as {@link BigDecimal} prints them. Two files of equal
 * content have the same digest, also after another program has indented one of them or written 0.10
 * for 0.1.
 */
final class CanonicalJson {
  private CanonicalJson() {}

  /** SHA-256 (hex) of the canonical spelling in UTF-8. */
  static String digest(JsonNode value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void append(StringBuilder text, JsonNode value) {
    if (value.isObject()) {
      List<String> names = new ArrayList<>();
      value.fieldNames().forEachRemaining(names::add);
      Collections.sort(names);
      String separator = "{";
      for (String name : names) {
        text.append(separator);
        quote(text, name);
        text.append(':');
        append(text, value.get(name));
        separator = ",";
      }
      text.append(names.isEmpty() ? "{}" : "}");
    } else if (value.isArray()) {
      String separator = "[";
      for (JsonNode element : value) {
        text.append(separator);
        append(text, element);
        separator = ",";
      }
      text.append(value.isEmpty() ? "[]" : "]");
    } else if (value.isNumber()) {
      BigDecimal number = value.decimalValue();
      text.append(number.signum() == 0 ? "0" : number.stripTrailingZeros().toString());
    } else if (value.isTextual()) {
      quote(text, value.textValue());
    } else {
      text.append(value.asText());
    }
  }

  private static void quote(StringBuilder text, String content) {
    text.append('"').append(content.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
  }
}
