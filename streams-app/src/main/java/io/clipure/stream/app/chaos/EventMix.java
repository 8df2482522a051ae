package io.clipure.stream.app.chaos;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

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
    Map<EventKind, Integer> all = new EnumMap<>(perThousand);
    all.putAll(shares);
    return new EventMix(Map.copyOf(all), exactly);
  }

  /** The same with a few single events. */
  EventMix and(Map<EventKind, Integer> few) {
    return new EventMix(perThousand, Map.copyOf(few));
  }

  /**
   * The kind of each event by its number; the same seed gives the same.
   *
   * @param expected how many events there will be about, to place the single ones
   */
  IntFunction<EventKind> kinds(int expected, long seed) {
    Random places = new Random(seed);
    Map<Integer, EventKind> single = new HashMap<>();
    for (EventKind kind : EventKind.values()) {
      for (int i = 0; i < exactly.getOrDefault(kind, 0); i++) {
        single.put(expected / 10 + places.nextInt(Math.max(1, expected * 8 / 10)), kind);
      }
    }
    return number ->
        single.getOrDefault(
            number, drawn(new SplittableRandom(seed * 1_000_003 + number).nextInt(1000)));
  }

  private EventKind drawn(int draw) {
    int below = 0;
    for (EventKind kind : EventKind.values()) {
      below += perThousand.getOrDefault(kind, 0);
      if (draw < below) {
        return kind;
      }
    }
    return EventKind.GOOD;
  }
}
