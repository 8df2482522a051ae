package io.clipure.stream.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;

/** All pages that listen. Thread-safe. */
final class EventStreams {
  private static final Pattern PLACE = Pattern.compile("([0-9a-f]{8})-(\\d{1,18})");

  private final String instance;
  private final History history;
  private final byte[] fresh;
  private final byte[] resumed;
  private final Semaphore room = new Semaphore(ConsoleSettings.MAX_CLIENTS);
  private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
  private volatile byte[] stats;

  /**
   * Nobody listens yet.
   *
   * @param instance tells this process from an earlier one
   * @param hello what every page is told first
   */
  EventStreams(String instance, History history, ObjectNode hello, EntryJson json) {
    this.instance = instance;
    this.history = history;
    this.fresh = hello(hello.deepCopy().put("resumed", false), json);
    this.resumed = hello(hello.deepCopy().put("resumed", true), json);
  }

  private static byte[] hello(ObjectNode hello, EntryJson json) {
    return EventFormat.event(
        "hello", Optional.empty(), new String(json.bytes(hello), StandardCharsets.UTF_8));
  }

  /** Takes a place; whether there was one. It is given back when the stream closes. */
  boolean enter() {
    return room.tryAcquire();
  }

  /**
   * Begins to send; a place has been taken.
   *
   * @param lastEventId id of the last entry the page has, of this process or another; null: none
   */
  void open(Content.Sink sink, Callback end, String lastEventId) {
    Optional<Long> seen = seen(lastEventId);
    EventStream stream =
        new EventStream(sink, end, history, seen.isPresent() ? resumed : fresh, seen, this::closed);
    open.add(stream);
    stream.pump(stats);
  }

  private Optional<Long> seen(String lastEventId) {
    if (lastEventId == null) {
      return Optional.empty();
    }
    Matcher place = PLACE.matcher(lastEventId);
    if (!place.matches() || !place.group(1).equals(instance)) {
      return Optional.empty();
    }
    return Optional.of(Long.parseLong(place.group(2))).filter(seq -> seq <= history.newest());
  }

  private void closed(EventStream stream) {
    open.remove(stream);
    room.release();
  }

  /** Sets the newest figures. */
  void stats(byte[] event) {
    stats = event;
  }

  /** Sends everybody what is new. */
  void pump() {
    open.forEach(stream -> stream.pump(stats));
  }

  int count() {
    return open.size();
  }

  void close() {
    open.forEach(EventStream::close);
  }
}
