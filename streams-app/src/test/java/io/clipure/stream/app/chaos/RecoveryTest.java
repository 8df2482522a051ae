package io.clipure.stream.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.app.chaos.Seen.Output;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryTest {
  private static Seen result(int partition, long madeAt, long arrivedAt) {
    return new Seen(
        Output.LABELLED, partition, 0, "e", partition, 0, madeAt, arrivedAt, "", "", false, false);
  }

  @Test
  void the_slowest_partition_counts_and_only_results_made_after_the_fault() {
    List<FaultLog.Entry> fault = List.of(new FaultLog.Entry(1_000, "kill"));
    List<Seen> seen =
        List.of(
            result(0, 900, 1_100),
            result(0, 1_200, 1_500),
            result(1, 3_000, 4_000),
            result(1, 3_500, 4_100));

    assertThat(Recovery.seconds(fault, seen, 4)).containsExactly(3.0);
  }

  @Test
  void a_fault_after_which_nothing_came_has_no_figure() {
    List<FaultLog.Entry> fault = List.of(new FaultLog.Entry(1_000, "kill"));

    assertThat(Recovery.seconds(fault, List.of(result(0, 900, 1_100)), 4)).containsExactly(-1.0);
  }

  @Test
  void the_longest_pause_lies_between_two_arrivals_of_any_partition() {
    assertThat(
            Recovery.longestPause(
                List.of(result(0, 0, 5_000), result(1, 0, 1_000), result(2, 0, 2_000))))
        .isEqualTo(3.0);
  }
}
