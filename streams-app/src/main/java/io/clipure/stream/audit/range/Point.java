package io.clipure.stream.audit.range;

import io.clipure.stream.audit.AuditException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a range starts or ends. */
public sealed interface Point {
  /** How points are written, for {@code --help}. */
  String SYNTAX =
      "earliest, latest, a time (2026-11-01T00:00:00Z), an age (90m, 2h, 30d), or offsets by"
          + " partition (0:120,1:99)";

  /** The first record there is. */
  record Earliest() implements Point {}

  /** After the last committed record there is at planning. */
  record Latest() implements Point {}

  /**
   * The first record of this time or later, by the record's timestamp.
   *
   * @param time the time
   */
  record Timestamp(Instant time) implements Point {}

  /**
   * Offsets by partition; partitions that are not named are no part of the range.
   *
   * @param byPartition partition to offset
   */
  record Offsets(Map<Integer, Long> byPartition) implements Point {
    /** Copies the map. */
    public Offsets {
      byPartition = Map.copyOf(byPartition);
    }
  }

  /**
   * Reads a point; ages are from now.
   *
   * @throws AuditException if it is none
   */
  static Point parse(String text) {
    return parse(text, Clock.systemUTC());
  }

  /**
   * Reads a point.
   *
   * @param clock what ages are counted back from
   * @throws AuditException if it is none
   */
  static Point parse(String text, Clock clock) {
    String trimmed = text.strip();
    return switch (trimmed) {
      case "earliest" -> new Earliest();
      case "latest" -> new Latest();
      default -> {
        if (Parsing.AGE.matcher(trimmed).matches()) {
          yield new Timestamp(Parsing.ago(trimmed, clock.instant()));
        }
        if (Parsing.OFFSETS.matcher(trimmed).matches()) {
          yield Parsing.offsets(trimmed);
        }
        try {
          yield new Timestamp(Instant.parse(trimmed));
        } catch (DateTimeParseException e) {
          throw Parsing.wrong(text, null);
        }
      }
    };
  }

  /** The details of the syntax. */
  final class Parsing {
    private static final Pattern AGE = Pattern.compile("(\\d{1,9})([smhd])");
    private static final Pattern OFFSETS = Pattern.compile("\\d+:\\d+(,\\d+:\\d+)*");

    private Parsing() {}

    private static Instant ago(String text, Instant now) {
      Matcher age = AGE.matcher(text);
      if (!age.matches()) {
        throw new IllegalArgumentException(text);
      }
      long count = Long.parseLong(age.group(1));
      Duration back =
          switch (age.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          };
      try {
        // Kafka knows no time before 1970.
        Instant then = now.minus(back);
        return then.isBefore(Instant.EPOCH) ? Instant.EPOCH : then;
      } catch (DateTimeException e) {
        throw wrong(text, e);
      }
    }

    private static Offsets offsets(String text) {
      Map<Integer, Long> offsets = new TreeMap<>();
      for (String part : text.split(",")) {
        String[] pair = part.split(":");
        try {
          if (offsets.put(Integer.valueOf(pair[0]), Long.valueOf(pair[1])) != null) {
            throw new AuditException(
                "point '%s': partition %s is named twice; name it once".formatted(text, pair[0]));
          }
        } catch (NumberFormatException e) {
          throw wrong(text, e);
        }
      }
      return new Offsets(offsets);
    }

    private static AuditException wrong(String text, Exception cause) {
      String shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
      return new AuditException(
          "point '%s' is not understood: give %s"
              .formatted(shown.replaceAll("\\p{Cntrl}", "?"), SYNTAX),
          cause);
    }
  }
}
