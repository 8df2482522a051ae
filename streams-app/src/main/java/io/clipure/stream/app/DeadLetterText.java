package io.clipure.stream.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.topology.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dead letters for people and for scripts, a line each. */
final class DeadLetterText {
  private static final String ROW = "%-7s %-14s %-18s %3s %-16s %-12s %7s %s";
  private static final int KEY_WIDTH = 16;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Pattern BYTES = Pattern.compile("bytes=(\\d{1,10}) .*");

  /** Everything but ASCII escaped: what reads it may be a terminal after all. */
  private final ObjectMapper json =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** Names of the columns, cut to a width; 0: not cut. */
  static String header(int width) {
    String line =
        String.format(
            ROW, "AT", "FAILED (UTC)", "REASON", "TRY", "KEY", "CAME FROM", "BYTES", "MESSAGE");
    return width > 0 ? SafeText.cut(line, width) : line;
  }

  /** One line, cut to a width; 0: not cut. */
  static String line(DeadLetter letter, boolean requeued, int width) {
    String line =
        String.format(
                Locale.ROOT,
                ROW,
                letter.position(),
                TIME.format(letter.failedAt()),
                SafeText.cut(SafeText.of(letter.reason()), 40),
                letter.attempt(),
                SafeText.cut(SafeText.of(letter.record().key()), KEY_WIDTH),
                letter.source().map(DeadLetter.Source::toString).orElse("?"),
                bytes(letter),
                (requeued ? "[requeued] " : "") + SafeText.of(letter.message()))
            .stripTrailing();
    return width > 0 ? SafeText.cut(line, width) : line;
  }

  String json(DeadLetter letter, boolean requeued) {
    ObjectNode node = json.createObjectNode();
    node.put("position", letter.position().toString());
    node.put("failedAt", letter.failedAt().toString());
    node.put("reason", letter.reason());
    node.put("message", letter.message());
    node.put("attempt", letter.attempt());
    byte[] key = letter.record().key();
    node.put("key", key == null ? null : new String(key, StandardCharsets.UTF_8));
    letter
        .source()
        .ifPresent(
            source ->
                node.putObject("source")
                    .put("topic", source.topic())
                    .put("partition", source.partition())
                    .put("offset", source.offset()));
    byte[] value = letter.record().value();
    node.put("bytes", value == null ? null : Integer.valueOf(value.length));
    letter.valueOmitted().ifPresent(omitted -> node.put("valueOmitted", omitted));
    node.put(
        "applicationVersion",
        DeadLetters.text(letter.record().headers(), DeadLetters.APPLICATION_VERSION).orElse(null));
    node.put("requeued", requeued);
    try {
      return json.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a dead letter could not be written as JSON", e);
    }
  }

  /** Bytes of the value; in brackets where the letter does not carry it. */
  private static String bytes(DeadLetter letter) {
    if (letter.valueOmitted().isPresent()) {
      Matcher matcher = BYTES.matcher(letter.valueOmitted().get());
      return matcher.matches() ? "(" + size(Long.parseLong(matcher.group(1))) + ")" : "(?)";
    }
    byte[] value = letter.record().value();
    return value == null ? "null" : size(value.length);
  }

  /** In the unit that makes it short: 59, 1.5K, 391K, 12M. */
  static String size(long bytes) {
    if (bytes < 1024) {
      return Long.toString(bytes);
    }
    double kibi = bytes / 1024.0;
    return kibi < 1024 ? threeDigits(kibi) + "K" : threeDigits(kibi / 1024) + "M";
  }

  private static String threeDigits(double number) {
    return String.format(Locale.ROOT, number < 10 ? "%.1f" : "%.0f", number);
  }

  static long length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
