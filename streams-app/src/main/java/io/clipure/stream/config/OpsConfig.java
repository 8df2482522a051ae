package io.clipure.stream.config;

import java.util.List;

/**
 * The operator's HTTP port.
 *
 * @param enabled whether there is one
 * @param host name or address it listens on
 * @param port TCP port; 0: any that is free
 * @param console whether the page for people is there too
 */
public record OpsConfig(boolean enabled, String host, int port, boolean console) {
  static final Setting<Boolean> ENABLED =
      Setting.of(
          "ops.enabled",
          ValueType.bool(),
          true,
          "Whether run opens an HTTP port for operators: /health/live, /health/ready, /metrics.");
  static final Setting<String> HOST =
      Setting.of(
          "ops.host",
          ValueType.text(
              "a host",
              "a name or address of this machine",
              "[A-Za-z0-9]([A-Za-z0-9.:%_-]{0,252})|::[A-Za-z0-9.:%]*"),
          "127.0.0.1",
          "Where that port listens; 0.0.0.0 or :: for every address. There is no password: let only"
              + " probes and Prometheus reach it.");
  static final Setting<Integer> PORT =
      Setting.of(
          "ops.port",
          ValueType.integer(0, 65_535),
          8080,
          "Its number; 0: any that is free, which the log names.");
  static final Setting<Boolean> CONSOLE =
      Setting.of(
          "ops.console",
          ValueType.bool(),
          false,
          "Whether that port also has a page that shows the latest images and verdicts to whoever"
              + " reaches it.");

  /**
   * Checks bounds.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public OpsConfig {
    HOST.check(host);
    PORT.check(port);
  }

  static List<Setting<?>> settings() {
    return List.of(ENABLED, HOST, PORT, CONSOLE);
  }

  static OpsConfig from(Values values) {
    return new OpsConfig(
        values.get(ENABLED), values.get(HOST), values.get(PORT), values.get(CONSOLE));
  }
}
