package io.clipure.stream.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ten events, 0 to 9, all with a result in the partition under judgement. */
class OrderJudgeTest {
  private static int violations(int... sequences) {
    OrderJudge judge = new OrderJudge(IntStream.range(0, 10).boxed().toList());
    for (int sequence : sequences) {
      judge.next(sequence);
    }
    return judge.violations();
  }

  @Test
  void one_pass_is_in_order() {
    assertThat(violations(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)).isZero();
  }

  @Test
  void a_result_that_overtakes_another_is_not() {
    assertThat(violations(0, 1, 3, 2, 4)).isEqualTo(1);
  }

  @Test
  void a_first_result_that_is_not_the_first_event_is_not() {
    assertThat(violations(1, 2)).isEqualTo(1);
  }

  @Test
  void a_re_read_from_further_back_is_in_order_as_often_as_it_happens() {
    assertThat(violations(0, 1, 2, 3, 1, 2, 3, 4, 5, 2, 3, 3, 4, 5, 6)).isZero();
  }

  @Test
  void a_re_read_with_a_gap_is_not_although_every_event_was_seen_before() {
    assertThat(violations(0, 1, 2, 3, 4, 5, 2, 4, 5, 6)).isEqualTo(1);
  }

  @Test
  void a_re_read_out_of_order_is_not() {
    assertThat(violations(0, 1, 2, 3, 4, 1, 3, 2, 4, 5)).isPositive();
  }

  @Test
  void a_woken_writer_may_go_on_between_the_results_of_its_successor() {
    assertThat(violations(0, 1, 2, 1, 2, 3, 3, 4, 4, 5, 6, 5, 7)).isZero();
  }

  @Test
  void events_without_a_result_here_leave_no_gap() {
    OrderJudge judge = new OrderJudge(List.of(0, 4, 5));
    assertThat(List.of(0, 2, 4, 5).stream().allMatch(judge::next)).isTrue();
    assertThat(judge.violations()).isZero();
  }
}
