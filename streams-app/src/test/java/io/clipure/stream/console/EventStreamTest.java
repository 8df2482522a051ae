package io.clipure.stream.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** One page that listens, over a network that is as slow as the test wants. */
class EventStreamTest {
  private static final byte[] HELLO = EventFormat.event("hello", Optional.empty(), "{}");

  private final History history = new History(5, Long.MAX_VALUE);
  private final Network network = new Network();
  private final List<EventStream> closed = new ArrayList<>();

  private static final class Network implements Content.Sink {
    private final StringBuilder sent = new StringBuilder();
    private final List<Callback> pending = new ArrayList<>();
    private boolean slow;

    @Override
    public void write(boolean last, ByteBuffer bytes, Callback callback) {
      sent.append(StandardCharsets.UTF_8.decode(bytes));
      if (slow) {
        pending.add(callback);
      } else {
        callback.succeeded();
      }
    }

    void catchUp() {
      List<Callback> now = List.copyOf(pending);
      pending.clear();
      now.forEach(Callback::succeeded);
    }

    String take() {
      String taken = sent.toString();
      sent.setLength(0);
      return taken;
    }
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      history.add(
          sequence ->
              new Entry(
                  sequence,
                  Verdicts.allowed("a"),
                  Optional.empty(),
                  EventFormat.event("entry", Optional.of("x-" + sequence), "{}")));
    }
  }

  private EventStream stream(Long seen) {
    return new EventStream(
        network, Callback.NOOP, history, HELLO, Optional.ofNullable(seen), closed::add);
  }

  @Test
  void a_new_page_gets_what_there_is_and_is_not_told_of_what_was_before() {
    add(20);
    stream(null).pump(null);
    String sent = network.take();
    assertThat(sent).startsWith("event: hello\n").doesNotContain("missed");
    assertThat(sent).contains("id: x-16\n", "id: x-20\n").doesNotContain("id: x-15\n");
  }

  @Test
  void a_page_that_comes_again_gets_what_it_has_not_seen() {
    add(4);
    stream(2L).pump(null);
    assertThat(network.take())
        .contains("id: x-3\n", "id: x-4\n")
        .doesNotContain("id: x-2\n", "missed");
  }

  @Test
  void a_page_that_comes_too_late_is_told_how_many_it_missed() {
    add(20);
    stream(2L).pump(null);
    assertThat(network.take()).contains("event: missed\ndata: {\"count\":13}\n", "id: x-16\n");
  }

  @Test
  void a_slow_page_skips_what_is_forgotten_meanwhile_and_nobody_waits_for_it() {
    EventStream stream = stream(null);
    network.slow = true;
    stream.pump(null);
    for (int i = 0; i < 30; i++) {
      add(1);
      stream.pump(null);
    }
    assertThat(network.pending).hasSize(1);
    assertThat(network.take()).isEqualTo("event: hello\ndata: {}\n\n");
    network.catchUp();
    assertThat(network.take()).contains("\"count\":25", "id: x-30\n").doesNotContain("id: x-25\n");
    assertThat(closed).isEmpty();
  }

  @Test
  void figures_are_sent_once_each_and_old_ones_not_at_all() {
    EventStream stream = stream(null);
    byte[] first = EventFormat.event("stats", Optional.empty(), "1");
    byte[] second = EventFormat.event("stats", Optional.empty(), "2");
    stream.pump(first);
    stream.pump(first);
    stream.pump(second);
    assertThat(network.take()).containsOnlyOnce("data: 1\n").containsOnlyOnce("data: 2\n");
  }

  @Test
  void a_page_that_went_away_is_let_go() {
    network.slow = true;
    EventStream stream = stream(null);
    stream.pump(null);
    network.pending.get(0).failed(new java.io.IOException("gone"));
    assertThat(closed).containsExactly(stream);
    stream.pump(null);
    stream.close();
    assertThat(closed).hasSize(1);
  }
}
