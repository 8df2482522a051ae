package io.clipure.stream.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The version of a label set: SHA-256 (lower-case hex) of its content in canonical form, the same
 * for every formatting, comment and key order of the file. The order of labels, prompts and
 * templates counts: it is the order of scores.
 *
 * <p>Canonical form: UTF-8 JSON without white space, keys in the order {@code
 * format,name,description,templates,labels(id,name,group,action,threshold,prompts),
 * low_confidence(score,margin),calibrated}, every key present, format {@code "clipure-labels/1"};
 * absent values {@code null}; numbers as strings of 16 hex digits, their IEEE 754 double bits; in
 * strings only {@code "}, {@code \} and control characters (as u00xx behind a {@code \}) escaped.
 */
public final class LabelSetDigest {
  private static final String FORMAT = "clipure-labels/1";

  private LabelSetDigest() {}

  /** Digest of a set's content; the digest it carries is ignored. */
  public static String of(LabelSet set) {
    byte[] canonical = canonical(set).getBytes(StandardCharsets.UTF_8);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }

  /** The canonical form. */
  static String canonical(LabelSet set) {
    return object(
        member("format", string(FORMAT)),
        member("name", string(set.name())),
        member("description", string(set.description())),
        member("templates", array(set.templates(), LabelSetDigest::string)),
        member("labels", array(set.labels(), LabelSetDigest::label)),
        member(
            "low_confidence",
            object(
                member("score", number(set.lowConfidenceScore())),
                member("margin", number(set.lowConfidenceMargin())))),
        member("calibrated", Boolean.toString(set.calibrated())));
  }

  private static String label(Label label) {
    return object(
        member("id", string(label.id())),
        member("name", string(label.name())),
        member("group", string(label.group())),
        member("action", string(label.action().name())),
        member("threshold", number(label.threshold())),
        member("prompts", array(label.prompts(), LabelSetDigest::string)));
  }

  private static String object(String... members) {
    return "{" + String.join(",", members) + "}";
  }

  private static String member(String key, String value) {
    return string(key) + ":" + value;
  }

  private static <T> String array(List<T> items, Function<T, String> form) {
    return items.stream().map(form).collect(Collectors.joining(",", "[", "]"));
  }

  private static String number(Double value) {
    // adding zero turns -0.0 into 0.0
    return value == null
        ? "null"
        : string(HexFormat.of().toHexDigits(Double.doubleToLongBits(value + 0.0)));
  }

  private static String string(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (Character.isISOControl(c)) {
        json.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
