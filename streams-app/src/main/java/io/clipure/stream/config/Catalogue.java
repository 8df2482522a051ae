package io.clipure.stream.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every setting, in the order of the README. */
public final class Catalogue {
  private Catalogue() {}

  static Map<String, List<Setting<?>>> groups() {
    Map<String, List<Setting<?>>> groups = new LinkedHashMap<>();
    groups.put("Kafka", StreamConfig.settings());
    groups.put("Schema registry", RegistryConfig.settings());
    groups.put("Topics", TopicsConfig.settings());
    groups.put("Model", ModelConfig.settings());
    groups.put("Labels and verdicts", PolicyConfig.settings());
    groups.put("Purification", PurifyConfig.settings());
    groups.put("Suspicion", SuspicionConfig.settings());
    groups.put("Images", ImageConfig.settings());
    groups.put("Content by reference", FetchConfig.settings());
    groups.put("S3", S3Config.settings());
    groups.put("Batching", BatchingConfig.settings());
    groups.put("Shadow", ShadowConfig.settings());
    groups.put("Operators", OpsConfig.settings());
    groups.put("Logs", LogConfig.settings());
    groups.put("Tracing", TracingConfig.settings());
    return groups;
  }

  static Map<String, Setting<?>> byKey() {
    Map<String, Setting<?>> byKey = new LinkedHashMap<>();
    groups().values().forEach(group -> group.forEach(one -> byKey.put(one.key(), one)));
    return byKey;
  }

  static Map<String, String> keysByEnvironmentName() {
    Map<String, String> keys = new LinkedHashMap<>();
    byKey().forEach((key, setting) -> keys.put(setting.environmentName(), key));
    return keys;
  }

  /** The README's table. */
  public static String markdownTable() {
    StringBuilder table =
        new StringBuilder("| Key | Default | Allowed | Meaning |\n|---|---|---|---|\n");
    groups()
        .forEach(
            (group, settings) -> {
              table.append("| **").append(group).append("** | | | |\n");
              settings.forEach(setting -> table.append(row(setting)));
            });
    return table.toString();
  }

  private static String row(Setting<?> setting) {
    String shown = setting.defaultText();
    String defaultCell =
        setting.defaultValue().isPresent()
            ? (shown.isEmpty() ? "(empty)" : "`" + shown + "`")
            : shown;
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            setting.key(),
            defaultCell,
            plain(setting.type().expected()),
            plain(setting.description()));
  }

  /** An asterisk would begin emphasis. */
  private static String plain(String text) {
    return text.replace("*", "\\*");
  }
}
