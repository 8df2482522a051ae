package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options of every command that runs under the service's configuration. */
final class ConfigOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration file (key=value lines); the README lists every key.")
  private Path file;

  @Option(
      names = {"-s", "--set"},
      paramLabel = "KEY=VALUE",
      description = "One configuration key; wins over file and environment. Repeatable.")
  private List<String> flags = new ArrayList<>();

  /** Reads file, environment and flags. */
  AppConfig load() {
    return load(Map.of(), Map.of());
  }

  /**
   * Reads file, environment and flags.
   *
   * @param shortcuts keys set by a command's own options; they win over everything
   * @param defaults keys the command presets; an explicit setting anywhere wins over them
   */
  AppConfig load(Map<String, String> shortcuts, Map<String, String> defaults) {
    List<ConfigSource> sources = new ArrayList<>();
    sources.add(ConfigSource.values("command default", defaults));
    if (file != null) {
      sources.add(ConfigSource.file(file));
    }
    sources.add(ConfigSource.environment(System.getenv()));
    sources.add(ConfigSource.flags(split(flags)));
    sources.add(ConfigSource.values("command option", shortcuts));
    AppConfig config = AppConfig.load(sources);
    Logging.use(config);
    return config;
  }

  /** What is not KEY=VALUE is not repeated: it may be a password. */
  private static Map<String, String> split(List<String> flags) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String flag : flags) {
      int equals = flag.indexOf('=');
      if (equals < 1) {
        throw new RefusedException(
            "--set number %d is not KEY=VALUE".formatted(flags.indexOf(flag) + 1));
      }
      values.put(flag.substring(0, equals), flag.substring(equals + 1));
    }
    return values;
  }
}
