package io.clipure.stream.config;

import java.util.List;

/** The configuration cannot be used; every problem is named, one line each. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With at least one problem. */
  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
  }

  /** One line each: where, what was seen, what was expected. */
  public List<String> problems() {
    return getMessage().lines().toList();
  }
}
