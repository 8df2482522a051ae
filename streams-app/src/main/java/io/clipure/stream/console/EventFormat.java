package io.clipure.stream.console;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Server-sent events as the HTML standard writes them (section 9.2). */
final class EventFormat {
  private EventFormat() {}

  /**
   * One event.
   *
   * @param data one line
   */
  static byte[] event(String name, Optional<String> id, String data) {
    return (id.map(value -> "id: " + value + "\n").orElse("")
            + "event: "
            + name
            + "\ndata: "
            + data
            + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
