package io.clipure.stream.console;

import io.clipure.stream.ops.http.OpsServer;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A console on a port, fed by the test. */
final class Rig implements AutoCloseable {
  private final ConsoleFeed feed = new ConsoleFeed();
  private final Console console;
  private final OpsServer server;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  /** On a port; 0: any that is free. */
  Rig(int port, int history) throws IOException {
    console =
        new Console(
            new ConsoleSettings(history, Set.of("console.example.org")),
            feed,
            () -> new Flow(3, 640, 20, 64, OptionalLong.of(12), "live RUNNING"));
    console.about(Map.of("model", "model", "label set", "set", "devices", "cpu"));
    server = new OpsServer("127.0.0.1", port, console.routes());
    server.start();
    thread.scheduleWithFixedDelay(console::round, 0, Console.ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  void tell(Note... notes) {
    for (Note note : notes) {
      feed.tell(note);
    }
  }

  int port() {
    return server.port();
  }

  String address() {
    return server.address() + "/console/";
  }

  @Override
  public void close() {
    thread.shutdownNow();
    console.close();
    server.close();
  }
}
