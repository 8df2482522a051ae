package io.clipure.stream.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Names in a query. */
record Promql(Set<String> metrics, Set<String> labels) {
  private static final Set<String> WORDS =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless");
  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern MATCHERS = Pattern.compile("\\{([^}]*)}");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");

  static Promql of(String query) {
    Set<String> labels = new TreeSet<>();
    String rest = RANGE.matcher(STRING.matcher(query).replaceAll("")).replaceAll("");
    Matcher matchers = MATCHERS.matcher(rest);
    while (matchers.find()) {
      Arrays.stream(matchers.group(1).split(","))
          .map(one -> one.replaceAll("[=!~].*", "").strip())
          .filter(one -> !one.isEmpty())
          .forEach(labels::add);
    }
    rest = MATCHERS.matcher(rest).replaceAll("");
    Matcher grouping = GROUPING.matcher(rest);
    while (grouping.find()) {
      Arrays.stream(grouping.group(1).split(","))
          .map(String::strip)
          .filter(one -> !one.isEmpty())
          .forEach(labels::add);
    }
    rest = GROUPING.matcher(rest).replaceAll("");
    Set<String> metrics = new TreeSet<>();
    Matcher names = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*").matcher(rest);
    while (names.find()) {
      boolean function = rest.substring(names.end()).stripLeading().startsWith("(");
      if (!function && !WORDS.contains(names.group())) {
        metrics.add(names.group());
      }
    }
    return new Promql(metrics, labels);
  }

  /** The expressions of a file of rules. */
  static List<String> expressions(String yaml) {
    List<String> found = new ArrayList<>();
    collect(new Load(LoadSettings.builder().build()).loadFromString(yaml), found);
    return found;
  }

  private static void collect(Object node, List<String> found) {
    if (node instanceof Map<?, ?> map) {
      if (map.get("expr") instanceof String expression) {
        found.add(expression);
      }
      map.values().forEach(value -> collect(value, found));
    } else if (node instanceof List<?> list) {
      list.forEach(value -> collect(value, found));
    }
  }
}
