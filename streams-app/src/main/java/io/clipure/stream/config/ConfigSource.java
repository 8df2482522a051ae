package io.clipure.stream.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** One layer of configuration: keys, their texts and where each was written. Immutable. */
public final class ConfigSource {
  /** Variables Kubernetes injects for every Service, whose name may well start like ours. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          ".*_SERVICE_(HOST|PORT)(_.*)?|.*_PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?");

  private static final String PREFIX = "CLIPURE_";

  private final List<Entry> entries;
  private final List<String> problems;

  ConfigSource(List<Entry> entries, List<String> problems) {
    this.entries = List.copyOf(entries);
    this.problems = List.copyOf(problems);
  }

  /**
   * One key as written.
   *
   * @param where for people, for example {@code file app.properties line 12}
   * @param hidden whether the text came by reference and is shown nowhere
   */
  record Entry(String key, String text, String where, boolean hidden) {
    Entry(String key, String text, String where) {
      this(key, text, where, false);
    }

    /** With the text that its references stand for. */
    Entry resolved(String resolved) {
      return new Entry(key, resolved, where, true);
    }

    /** Without the text, which may be a secret. */
    @Override
    public String toString() {
      return key + " (" + where + ")";
    }
  }

  /** A properties file in UTF-8. Problems of the file are reported when the layers are merged. */
  public static ConfigSource file(Path path) {
    return PropertiesFile.read(path);
  }

  /**
   * Variables that start with {@code CLIPURE_}. A setting's variable is its key in upper case with
   * dots and dashes as underscores; for client keys every underscore is a dot, so {@code
   * CLIPURE_KAFKA_BOOTSTRAP_SERVERS} is {@code kafka.bootstrap.servers}.
   */
  public static ConfigSource environment(Map<String, String> variables) {
    List<Entry> entries = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Map<String, String> keys = Catalogue.keysByEnvironmentName();
    new TreeMap<>(variables)
        .forEach(
            (name, text) -> {
              if (!name.startsWith(PREFIX)) {
                return;
              }
              String where = "environment " + name;
              if (keys.containsKey(name)) {
                entries.add(new Entry(keys.get(name), text, where));
              } else if (!SERVICE_LINK.matcher(name).matches()) {
                PassThrough.fromEnvironment(name.substring(PREFIX.length()))
                    .ifPresentOrElse(
                        key -> entries.add(new Entry(key, text, where)),
                        () ->
                            problems.add(
                                "%s: unknown variable%s"
                                    .formatted(where, Suggestion.among(keys.keySet(), name))));
              }
            });
    return new ConfigSource(entries, problems);
  }

  /** {@code --set key=value} flags, already split. */
  public static ConfigSource flags(Map<String, String> values) {
    return values("flag --set", values);
  }

  /**
   * Values a command sets by itself.
   *
   * @param where for people, for example {@code demo}
   */
  public static ConfigSource values(String where, Map<String, String> values) {
    return new ConfigSource(
        new TreeMap<>(values)
            .entrySet().stream()
                .map(entry -> new Entry(entry.getKey(), entry.getValue(), where))
                .toList(),
        List.of());
  }

  List<Entry> entries() {
    return entries;
  }

  List<String> problems() {
    return problems;
  }
}
