package io.clipure.stream.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static void add(History history, Note note, int pictureSide) {
    history.add(
        sequence ->
            new Entry(
                sequence,
                note,
                pictureSide == 0 ? Optional.empty() : Optional.of(Verdicts.picture(pictureSide)),
                new byte[100]));
  }

  private static List<Long> sequences(List<Entry> entries) {
    return entries.stream().map(Entry::sequence).toList();
  }

  @Test
  void each_kind_has_room_of_its_own() {
    History history = new History(3, Long.MAX_VALUE);
    add(history, Verdicts.blocked("b"), 0);
    add(history, Verdicts.dead("d", "EMPTY_CONTENT", "empty"), 0);
    IntStream.range(0, 100).forEach(i -> add(history, Verdicts.allowed("a" + i), 0));
    assertThat(sequences(history.after(0, 1_000))).containsExactly(1L, 2L, 100L, 101L, 102L);
    assertThat(history.find(50)).isEmpty();
    assertThat(history.find(1)).isPresent();
  }

  @Test
  void all_of_it_stays_within_its_bytes_and_the_oldest_goes_first() {
    History history = new History(1_000, 200_000);
    IntStream.range(0, 100).forEach(i -> add(history, Verdicts.allowed("a" + i), 64));
    assertThat(history.bytes()).isLessThanOrEqualTo(200_000);
    List<Long> left = sequences(history.after(0, 1_000));
    assertThat(left).hasSizeBetween(10, 16).endsWith(100L).doesNotContain(1L);
  }

  @Test
  void reading_on_gives_what_is_newer_and_no_more_than_asked_for() {
    History history = new History(10, Long.MAX_VALUE);
    IntStream.range(0, 8).forEach(i -> add(history, Verdicts.allowed("a" + i), 0));
    assertThat(sequences(history.after(5, 100))).containsExactly(6L, 7L, 8L);
    assertThat(sequences(history.after(2, 2))).containsExactly(3L, 4L);
    assertThat(history.after(8, 100)).isEmpty();
  }
}
