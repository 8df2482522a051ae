package io.clipure.stream.app.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Which kinds of events a scenario sends; the rest is {@link EventKind#GOOD}.
 *
 * @param perThousand share of a kind
 * @param exactly number of events of a kind, anywhere but in the first and last tenth
 */
record EventMix(Map<EventKind, Integer> perThousand, Map<EventKind, Integer> exactly) {
  /** What every scenario has: enough bad input to see that it keeps its place. */
  static final EventMix USUAL =
      new EventMix(
          Map.of(
              EventKind.SLOW, 60,
              EventKind.BROKEN_IMAGE, 40,
              EventKind.NOT_AVRO, 30,
              EventKind.NO_VALUE, 10),
          Map.of());

  /** The same with other shares for the kinds named. */
  EventMix with(Map<EventKind, Integer> shares) {
    Map<EventKind, Integer> all = new java.util.EnumMap<>(perThousand);
    all.putAll(shares);
    return new EventMix(Map.copyOf(all), exactly);
  }

  /** The same with a few single events. */
  EventMix and(Map<EventKind, Integer> few) {
    return new EventMix(perThousand, Map.copyOf(few));
  }

  /** The kinds of {@code count} events; the same seed gives the same. */
  List<EventKind> draw(int count, long seed) {
    Random random = new Random(seed);
    List<EventKind> kinds = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      kinds.add(one(random.nextInt(1000)));
    }
    for (EventKind kind : EventKind.values()) {
      for (int i = 0; i < exactly.getOrDefault(kind, 0); i++) {
        kinds.set(count / 10 + random.nextInt(Math.max(1, count * 8 / 10)), kind);
      }
    }
    return kinds;
  }

  private EventKind one(int drawn) {
    int below = 0;
    for (EventKind kind : EventKind.values()) {
      below += perThousand.getOrDefault(kind, 0);
      if (drawn < below) {
        return kind;
      }
    }
    return EventKind.GOOD;
  }
}
