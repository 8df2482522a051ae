package io.clipure.stream.app.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What was done to the service and when. Used by one thread. */
final class FaultLog {
  /**
   * One fault.
   *
   * @param at when recovery became possible, milliseconds UTC: for a kill its own time, for an
   *     outage its end
   * @param text what was done
   */
  record Entry(long at, String text) {}

  private final Consumer<String> out;
  private final List<Entry> faults = new ArrayList<>();

  FaultLog(Consumer<String> out) {
    this.out = out;
  }

  /** Notes a fault from which recovery is measured. */
  void fault(String text) {
    Instant now = Instant.now();
    faults.add(new Entry(now.toEpochMilli(), text));
    out.accept(now + "   " + text);
  }

  /** Notes anything else. */
  void note(String text) {
    out.accept(Instant.now() + "   " + text);
  }

  List<Entry> faults() {
    return List.copyOf(faults);
  }
}
