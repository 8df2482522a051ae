package io.clipure.stream.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Where the service's threads leave what the page shows. Everything is counted; of what arrives
 * faster than a person can look, the rest is left out, ordinary verdicts first.
 *
 * <p><b>Threading</b>: {@link #tell} on any thread, without waiting; the rest on the console's own.
 */
public final class ConsoleFeed {
  /** Between two rounds of the console's thread, a quarter of a second. */
  private static final int ORDINARY = 32;

  private static final int NOTABLE = 48;

  private final Queue<Note> ordinary = new ArrayBlockingQueue<>(ORDINARY);
  private final Queue<Note> notable = new ArrayBlockingQueue<>(NOTABLE);
  private final Tally tally = new Tally();

  /** Takes a verdict or a dead letter. */
  public void tell(Note note) {
    tally.count(note);
    Queue<Note> queue = note.notable() ? notable : ordinary;
    if (!queue.offer(note)) {
      tally.leftOut();
    }
  }

  Tally tally() {
    return tally;
  }

  /** Takes out what waits, in the order in which it was decided. */
  List<Note> drain() {
    List<Note> notes = new ArrayList<>();
    take(ordinary, ORDINARY, notes);
    take(notable, NOTABLE, notes);
    notes.sort(Comparator.comparingLong(Note::atMillis));
    return notes;
  }

  private static void take(Queue<Note> from, int most, List<Note> to) {
    for (int i = 0; i < most; i++) {
      Note note = from.poll();
      if (note == null) {
        return;
      }
      to.add(note);
    }
  }
}
