package io.clipure.stream.app;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Options that choose dead letters by what they say. */
final class DeadLetterSelection {
  private static final Pattern AGO = Pattern.compile("(\\d{1,9})(s|m|h|d)");

  @Option(
      names = "--reason",
      paramLabel = "CODE",
      description = "Only those with this reason code. Repeatable.")
  private List<String> reasons = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Only those that failed at or after this time: 30m, 2h or 7d ago, or ISO (UTC).")
  private String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Only those that failed before this time.")
  private String until;

  @Option(
      names = "--source-topic",
      paramLabel = "TOPIC",
      description = "Only those whose event was read from this topic.")
  private String sourceTopic;

  @Option(names = "--key", paramLabel = "KEY", description = "Only those with this record key.")
  private String key;

  boolean hasReasons() {
    return !reasons.isEmpty();
  }

  /** Whether anything was asked for. */
  boolean restricts() {
    return hasReasons() || since != null || until != null || sourceTopic != null || key != null;
  }

  Optional<Instant> since() {
    return Optional.ofNullable(since).map(text -> time("--since", text, Clock.systemUTC()));
  }

  /** The test that the options make; times are taken relative to now. */
  Chosen chosen() {
    return new Chosen(
        List.copyOf(reasons),
        since(),
        Optional.ofNullable(until).map(text -> time("--until", text, Clock.systemUTC())),
        Optional.ofNullable(sourceTopic),
        Optional.ofNullable(key).map(text -> text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The options, read once. */
  record Chosen(
      List<String> reasons,
      Optional<Instant> since,
      Optional<Instant> until,
      Optional<String> sourceTopic,
      Optional<byte[]> key) {

    boolean matches(DeadLetter letter) {
      return (reasons.isEmpty() || reasons.contains(letter.reason()))
          && since.map(time -> !letter.failedAt().isBefore(time)).orElse(true)
          && until.map(time -> letter.failedAt().isBefore(time)).orElse(true)
          && sourceTopic
              .map(topic -> letter.source().map(at -> at.topic().equals(topic)).orElse(false))
              .orElse(true)
          && key.map(bytes -> Arrays.equals(bytes, letter.record().key())).orElse(true);
    }
  }

  static Instant time(String option, String text, Clock clock) {
    Matcher ago = AGO.matcher(text);
    try {
      if (ago.matches()) {
        long count = Long.parseLong(ago.group(1));
        return clock
            .instant()
            .minus(
                switch (ago.group(2)) {
                  case "s" -> Duration.ofSeconds(count);
                  case "m" -> Duration.ofMinutes(count);
                  case "h" -> Duration.ofHours(count);
                  default -> Duration.ofDays(count);
                });
      }
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    } catch (DateTimeException | ArithmeticException e) {
      throw new RefusedException(
          option
              + "="
              + SafeText.cut(SafeText.of(text), 40)
              + " is no time; expected e.g. 2h, 7d, 2026-11-22 or 2026-11-22T10:00:00Z",
          e);
    }
  }
}
