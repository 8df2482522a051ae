package io.clipure.stream.ops.logs;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a storm of like lines down: of each kind the first few in a window pass, the others are
 * counted, and when the window ends the count is told. A kind that falls silent costs nothing; of
 * too many kinds at once the oldest window ends early, so memory is bounded.
 *
 * <p><b>Threading</b>: guarded by its owner.
 */
final class RepeatLimit {
  private final int most;
  private final long windowNanos;
  private final int mostKinds;

  /** In the order in which windows began. */
  private final Map<Kind, Window> windows = new LinkedHashMap<>();

  /**
   * What makes lines alike.
   *
   * @param template the message before figures are put in
   * @param failure class of the exception, or empty
   */
  record Kind(String logger, String level, String template, String failure) {}

  /**
   * A storm that was kept down.
   *
   * @param example one of the lines
   * @param count how many more there were
   * @param nanos in what time
   */
  record Repeated(Kind kind, String example, long count, long nanos) {}

  private static final class Window {
    final long began;
    int passed;
    long held;
    long last;
    String example;

    Window(long began) {
      this.began = began;
    }
  }

  /**
   * Creates a limit.
   *
   * @param most lines of a kind that pass in a window
   * @param mostKinds windows that are open at most
   */
  RepeatLimit(int most, long windowNanos, int mostKinds) {
    this.most = most;
    this.windowNanos = windowNanos;
    this.mostKinds = mostKinds;
  }

  /**
   * Whether a line may pass.
   *
   * @param ended takes what windows that ended kept down; tell it before the line
   */
  boolean admit(Kind kind, String message, long now, List<Repeated> ended) {
    expire(now, ended);
    Window window = windows.get(kind);
    if (window == null) {
      if (windows.size() >= mostKinds) {
        Iterator<Map.Entry<Kind, Window>> oldest = windows.entrySet().iterator();
        told(oldest.next(), ended);
        oldest.remove();
      }
      window = new Window(now);
      windows.put(kind, window);
    }
    if (window.passed < most) {
      window.passed++;
      return true;
    }
    window.held++;
    window.last = now;
    window.example = message;
    return false;
  }

  /** Whether there is anything left to be told. */
  boolean holds() {
    return windows.values().stream().anyMatch(window -> window.held > 0);
  }

  /** Ends the windows whose time is over. */
  void expire(long now, List<Repeated> ended) {
    Iterator<Map.Entry<Kind, Window>> oldest = windows.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Kind, Window> entry = oldest.next();
      if (now - entry.getValue().began < windowNanos) {
        return;
      }
      told(entry, ended);
      oldest.remove();
    }
  }

  /** Ends all windows. */
  List<Repeated> end() {
    List<Repeated> ended = new ArrayList<>();
    windows.entrySet().forEach(entry -> told(entry, ended));
    windows.clear();
    return ended;
  }

  private static void told(Map.Entry<Kind, Window> entry, List<Repeated> ended) {
    Window window = entry.getValue();
    if (window.held > 0) {
      ended.add(
          new Repeated(entry.getKey(), window.example, window.held, window.last - window.began));
    }
  }
}
