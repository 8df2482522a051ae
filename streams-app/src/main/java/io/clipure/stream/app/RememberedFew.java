package io.clipure.stream.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The few last used of things that are costly to make or hold; the one not used for longest goes
 * first.
 *
 * <p><b>Threading</b>: one thread.
 */
final class RememberedFew<K, V> implements AutoCloseable {
  private final LinkedHashMap<K, V> things = new LinkedHashMap<>(16, 0.75f, true);
  private final int most;
  private final Consumer<V> goodbye;

  /**
   * Empty.
   *
   * @param most how many are kept
   * @param goodbye called for each that goes
   */
  RememberedFew(int most, Consumer<V> goodbye) {
    this.most = most;
    this.goodbye = goodbye;
  }

  /** The thing of a key, made if it is not there. */
  V get(K key, Function<K, V> make) {
    V known = things.get(key);
    if (known != null) {
      return known;
    }
    while (things.size() >= most) {
      Map.Entry<K, V> eldest = things.entrySet().iterator().next();
      things.remove(eldest.getKey());
      goodbye.accept(eldest.getValue());
    }
    V made = make.apply(key);
    things.put(key, made);
    return made;
  }

  @Override
  public void close() {
    things.values().forEach(goodbye);
    things.clear();
  }
}
