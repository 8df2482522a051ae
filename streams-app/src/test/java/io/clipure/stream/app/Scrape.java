package io.clipure.stream.app;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prometheus text, read back. */
record Scrape(String text, Map<String, Set<String>> labelsByName, Map<String, Double> sums) {
  private static final Pattern LINE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"(?:[^\"\\\\]|\\\\.)*\"");

  static Scrape of(String text) {
    Map<String, Set<String>> labels = new HashMap<>();
    Map<String, Double> sums = new HashMap<>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              Matcher parts = LINE.matcher(line);
              if (!parts.matches()) {
                throw new AssertionError("no line of Prometheus text: " + line);
              }
              Set<String> names = labels.computeIfAbsent(parts.group(1), n -> new TreeSet<>());
              if (parts.group(2) != null) {
                LABEL.matcher(parts.group(2)).results().forEach(label -> names.add(label.group(1)));
              }
              sums.merge(parts.group(1), Double.valueOf(parts.group(3)), Double::sum);
            });
    return new Scrape(text, labels, sums);
  }

  Set<String> names() {
    return labelsByName.keySet();
  }

  /** Labels that any series of that name has. */
  Set<String> labels(String name) {
    return labelsByName.getOrDefault(name, Set.of());
  }

  /** Of all series of that name. */
  double sum(String name) {
    return sums.getOrDefault(name, 0.0);
  }
}
