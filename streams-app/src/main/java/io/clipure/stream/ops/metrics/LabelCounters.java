package io.clipure.stream.ops.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Counters by a name that others choose: at most so many; what comes after that is counted as
 * {@link #OTHER}.
 *
 * <p>Thread-safe; counting costs a look-up.
 */
public final class LabelCounters {
  /** Stands for all names that found no room. */
  public static final String OTHER = "(other)";

  private final Map<String, Counter[]> byName = new ConcurrentHashMap<>();
  private final Meters meters;
  private final int most;
  private final Function<String, Counter[]> maker;

  /**
   * Creates none yet.
   *
   * @param most names
   * @param maker the counters of a name
   */
  public LabelCounters(Meters meters, int most, Function<String, Counter[]> maker) {
    this.meters = meters;
    this.most = most;
    this.maker = maker;
  }

  /** Counts one. */
  public void increment(String name, int which) {
    Counter[] counters = byName.get(name);
    if (counters == null) {
      String shown = byName.size() < most ? name : OTHER;
      counters = byName.computeIfAbsent(shown, maker);
    }
    counters[which].increment();
  }

  /** Forgets every name but these. */
  public void keep(Set<String> names) {
    byName
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !names.contains(entry.getKey());
              if (gone) {
                for (Counter counter : entry.getValue()) {
                  meters.remove(counter);
                }
              }
              return gone;
            });
  }
}
