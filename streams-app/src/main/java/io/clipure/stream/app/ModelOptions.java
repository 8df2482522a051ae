package io.clipure.stream.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Shortcuts for the configuration keys that people change most. */
final class ModelOptions {
  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description = "Model bundle (key model.bundle; default: the demo's emoji bundle).")
  private Path bundle;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Label set, YAML (key policy.labels; default: the demo's).")
  private Path labels;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, gpu:0, … (key model.devices; default: cpu).")
  private String device;

  @Option(
      names = "--purify",
      paramLabel = "PRESET",
      description = "gentle, paper or off (key purify.preset; default: gentle).")
  private String purify;

  /** The keys these options set. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    put(settings, "model.bundle", bundle);
    put(settings, "policy.labels", labels);
    put(settings, "model.devices", device);
    put(settings, "purify.preset", purify);
    return settings;
  }

  private static void put(Map<String, String> settings, String key, Object value) {
    if (value != null) {
      settings.put(key, value.toString());
    }
  }
}
