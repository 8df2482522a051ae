package io.clipure.stream.image.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** How many files of each kind ended how. */
public final class HostileTable {
  private static final String CRASH = "crash";
  private static final String HANG = "hang";

  private final Map<String, Map<String, Integer>> rows = new LinkedHashMap<>();
  private final TreeMap<Long, String> slowest = new TreeMap<>();

  /** Counts a file; the outcome is {@link HostileImage#VERDICT} or a reason code. */
  public void count(String kind, String outcome) {
    rows.computeIfAbsent(kind, k -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
  }

  void crash(String kind) {
    count(kind, CRASH);
  }

  void hang(String kind) {
    count(kind, HANG);
  }

  /** Remembers what a file cost, in nanoseconds of one core; for reading, never for judging. */
  void took(String name, long nanos) {
    slowest.put(nanos, name);
    if (slowest.size() > 5) {
      slowest.remove(slowest.firstKey());
    }
  }

  /** Files counted. */
  public int tried() {
    return rows.values().stream().mapToInt(HostileTable::sum).sum();
  }

  /** The table as Markdown, also written to a file. */
  public String publish(Path file) {
    StringBuilder out = new StringBuilder();
    out.append("| kind | tried | verdict | dead letter, by reason | crash | hang |\n");
    out.append("|---|---:|---:|---|---:|---:|\n");
    Map<String, Integer> total = new TreeMap<>();
    rows.forEach(
        (kind, row) -> {
          line(out, kind, row);
          row.forEach((outcome, n) -> total.merge(outcome, n, Integer::sum));
        });
    line(out, "**all**", total);
    slowest
        .descendingMap()
        .forEach(
            (nanos, name) -> out.append("%n%.1f s of one core: %s".formatted(nanos / 1e9, name)));
    out.append('\n');
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String kind, Map<String, Integer> row) {
    StringBuilder letters = new StringBuilder();
    row.forEach(
        (outcome, n) -> {
          if (Character.isUpperCase(outcome.charAt(0)) && !outcome.equals(HostileImage.VERDICT)) {
            letters.append(letters.isEmpty() ? "" : ", ").append(outcome).append(' ').append(n);
          }
        });
    out.append(
        "| %s | %d | %d | %s | %d | %d |%n"
            .formatted(
                kind,
                sum(row),
                row.getOrDefault(HostileImage.VERDICT, 0),
                letters,
                row.getOrDefault(CRASH, 0),
                row.getOrDefault(HANG, 0)));
  }

  private static int sum(Map<String, Integer> row) {
    return row.values().stream().mapToInt(Integer::intValue).sum();
  }
}
