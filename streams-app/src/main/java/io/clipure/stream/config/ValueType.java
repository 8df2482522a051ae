package io.clipure.stream.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How the text of a setting becomes a value.
 *
 * @param kind what the text must be, with its article, for example "a duration"
 * @param expected examples or bounds, for error messages and the README
 * @param parser throws IllegalArgumentException for text of another kind
 * @param formatter the inverse of the parser
 * @param valid whether a parsed value is within bounds
 */
record ValueType<T>(
    String kind,
    String expected,
    Function<String, T> parser,
    Function<T, String> formatter,
    Predicate<T> valid) {

  static ValueType<Integer> integer(int min, int max) {
    return bounded("a whole number", min + " to " + max, Integer::valueOf, min, max);
  }

  static ValueType<Long> integer(long min, long max) {
    return bounded("a whole number", min + " to " + max, Long::valueOf, min, max);
  }

  static ValueType<Double> decimal(double min, double max) {
    String range = plain(min) + " to " + plain(max);
    return new ValueType<>(
        "a number",
        range,
        ValueType::parseDecimal,
        ValueType::plain,
        value -> value >= min && value <= max);
  }

  static ValueType<Duration> duration(Duration min, Duration max) {
    return new ValueType<>(
        "a duration",
        "%s to %s, e.g. 10ms, 2s, 1m".formatted(DurationText.format(min), DurationText.format(max)),
        DurationText::parse,
        DurationText::format,
        value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  static ValueType<DataSize> dataSize(DataSize min, DataSize max) {
    return new ValueType<>(
        "a data size",
        "%s to %s, e.g. 512KiB, 20MiB".formatted(min, max),
        DataSize::parse,
        DataSize::toString,
        value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  static ValueType<Boolean> bool() {
    return new ValueType<>(
        "a boolean", "true or false", ValueType::parseBoolean, String::valueOf, value -> true);
  }

  /** Lower-case names of the constants, with underscores kept. */
  static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
    String names =
        Arrays.stream(type.getEnumConstants())
            .map(ValueType::name)
            .collect(Collectors.joining(", "));
    return new ValueType<>(
        "a choice",
        "one of " + names,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(value -> name(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not one of " + names)),
        ValueType::name,
        value -> true);
  }

  static ValueType<Path> path() {
    return new ValueType<>("a path", "a path", Path::of, Path::toString, value -> true);
  }

  /** Text that matches a pattern. */
  static ValueType<String> text(String kind, String expected, String pattern) {
    return new ValueType<>(
        kind, expected, Function.identity(), Function.identity(), v -> v.matches(pattern));
  }

  /** Comma-separated values of another type; empty text is the empty list. */
  static <T> ValueType<List<T>> listOf(ValueType<T> item, String kind, String expected) {
    return new ValueType<>(
        kind,
        expected,
        text ->
            text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).map(item.parser()).toList(),
        values -> values.stream().map(item.formatter()).collect(Collectors.joining(",")),
        values -> values.stream().allMatch(item.valid()));
  }

  private static <T extends Comparable<T>> ValueType<T> bounded(
      String kind, String expected, Function<String, T> parser, T min, T max) {
    return new ValueType<>(
        kind,
        expected,
        parser,
        String::valueOf,
        value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  private static Double parseDecimal(String text) {
    Double value = Double.valueOf(text);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("not finite");
    }
    return value;
  }

  private static Boolean parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("not a boolean");
    };
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
