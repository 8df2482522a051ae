package io.clipure.stream.topology;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the broker refused for good, by the event it came from. The production handler writes it and
 * fails the task, nothing past the event is committed, and when the event comes again its result is
 * not sent a second time: it becomes a dead letter instead, or a smaller dead letter.
 *
 * <p>That detour, and not an answer "continue", because a refused send leaves an exactly-once
 * transaction without a way forward, and because Kafka Streams gives the handler another event's
 * context and no source bytes (4.3.1 frees them before the send).
 *
 * <p><b>Threading</b>: written on producer and stream threads, read on stream threads; thread-safe.
 * One of a process; what it forgets is learnt again from the next refusal.
 */
final class Refusals {
  /** Configuration key, among those of Kafka Streams: the instance shared by its threads. */
  static final String CONFIG = "clipure.refusals";

  /** How much of an event its dead letter holds. */
  enum Form {
    /** Everything. */
    FULL,
    /** Everything but the value. */
    WITHOUT_VALUE,
    /** Our headers alone. */
    BARE
  }

  private static final int CAPACITY = 10_000;

  private final Map<SourcePosition, String> results = new ConcurrentHashMap<>();
  private final Map<SourcePosition, Form> letters = new ConcurrentHashMap<>();

  /** The shared instance, or an empty one where the configuration has none. */
  static Refusals configured(Map<String, ?> configs) {
    return configs.get(CONFIG) instanceof Refusals shared ? shared : new Refusals();
  }

  void resultRefused(SourcePosition event, String why) {
    bound(results);
    results.put(event, why);
  }

  /** Why the result of this event was refused; empty if it was not. */
  Optional<String> result(SourcePosition event) {
    return Optional.ofNullable(results.get(event));
  }

  /** The next dead letter of this event is smaller. */
  void deadLetterRefused(SourcePosition event, Form refused) {
    bound(letters);
    letters.put(event, refused == Form.FULL ? Form.WITHOUT_VALUE : Form.BARE);
  }

  /** The largest form of this event's dead letter that is not known to be refused. */
  Form deadLetter(SourcePosition event) {
    return letters.getOrDefault(event, Form.FULL);
  }

  private static void bound(Map<?, ?> map) {
    if (map.size() >= CAPACITY) {
      map.clear();
    }
  }
}
