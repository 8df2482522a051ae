package io.clipure.stream.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.app.chaos.Seen.Output;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Five events of one partition, the last of which is a broken image; each finding is provoked. */
class AuditorTest {
  private final List<Sent> sent = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();

  AuditorTest() {
    for (int i = 0; i < 5; i++) {
      EventKind kind = i == 4 ? EventKind.BROKEN_IMAGE : EventKind.GOOD;
      sent.add(new Sent("e" + i, kind, 0, i, 10 + i, "value" + i, "image" + i));
      seen.add(i == 4 ? letter(i) : verdict(Output.LABELLED, i));
    }
  }

  private static Seen verdict(Output output, int i) {
    return new Seen(output, 0, i, "e" + i, 0, 10 + i, 0, 0, "image" + i, "dog 0.5", false, false);
  }

  private static Seen letter(int i) {
    return new Seen(
        Output.DEAD_LETTER, 0, i, "e" + i, 0, 10 + i, 0, 0, "value" + i, "CORRUPT", false, false);
  }

  private static Seen flagged(int i) {
    return new Seen(
        Output.LABELLED, 0, i, "e" + i, 0, 10 + i, 0, 0, "image" + i, "dog 0.5", true, false);
  }

  private Tally audit() {
    return Auditor.audit(sent, seen);
  }

  @Test
  void all_is_well_when_every_event_has_its_result() {
    assertThat(audit()).isEqualTo(new Tally(5, 4, 1, 0, 0, 0, List.of()));
  }

  @Test
  void an_event_without_result_is_lost() {
    seen.remove(2);
    assertThat(audit().lost()).isEqualTo(1);
  }

  @Test
  void a_second_result_is_a_duplicate_in_either_topic() {
    seen.add(verdict(Output.LABELLED, 3));
    seen.add(letter(4));
    assertThat(audit().duplicated()).isEqualTo(2);
  }

  @Test
  void a_result_that_overtakes_another_is_out_of_order() {
    seen.add(1, seen.remove(2));
    assertThat(audit().outOfOrder()).isEqualTo(1);
  }

  @Test
  void a_good_image_among_the_dead_letters_is_wrong() {
    seen.set(1, letter(1));
    assertThat(audit().wrong()).anyMatch(line -> line.contains("e1 (GOOD) is a dead letter"));
  }

  @Test
  void a_verdict_on_a_broken_image_is_wrong() {
    seen.set(4, verdict(Output.LABELLED, 4));
    assertThat(audit().wrong()).anyMatch(line -> line.contains("e4 (BROKEN_IMAGE) has a verdict"));
  }

  @Test
  void other_bytes_than_those_sent_are_wrong() {
    sent.set(4, new Sent("e4", EventKind.BROKEN_IMAGE, 0, 4, 14, "other", "image4"));
    assertThat(audit().wrong()).anyMatch(line -> line.contains("not the bytes that were sent"));
  }

  @Test
  void other_coordinates_than_the_events_are_wrong() {
    sent.set(0, new Sent("e0", EventKind.GOOD, 0, 0, 99, "value0", "image0"));
    assertThat(audit().wrong()).anyMatch(line -> line.contains("partition and offset"));
  }

  @Test
  void the_same_image_judged_otherwise_is_wrong() {
    sent.set(1, new Sent("e1", EventKind.GOOD, 0, 1, 11, "value1", "image0"));
    seen.set(
        1, new Seen(Output.LABELLED, 0, 1, "e1", 0, 11, 0, 0, "image0", "cat 0.5", false, false));
    assertThat(audit().wrong()).anyMatch(line -> line.contains("the same image"));
  }

  @Test
  void a_record_nobody_sent_is_wrong() {
    seen.add(verdict(Output.LABELLED, 7));
    assertThat(audit().wrong()).anyMatch(line -> line.contains("which nobody sent"));
  }

  @Test
  void a_flagged_verdict_without_its_copy_is_lost_and_with_two_is_doubled() {
    seen.set(0, flagged(0));
    seen.set(1, flagged(1));
    seen.add(verdict(Output.LOW_CONFIDENCE, 1));
    seen.add(verdict(Output.LOW_CONFIDENCE, 1));
    assertThat(audit().lost()).isEqualTo(1);
    assertThat(audit().duplicated()).isEqualTo(1);
  }
}
