package io.clipure.stream.batching;

import static io.clipure.stream.batching.Lane.BACKFILL;
import static io.clipure.stream.batching.Lane.LIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InFlightBudgetTest {
  private final InFlightBudget budget = new InFlightBudget(8, 100, new Share(0.5));

  @Test
  void back_fill_holds_at_most_its_share_of_count_and_live_the_rest() {
    for (int i = 0; i < 4; i++) {
      assertThat(budget.tryAcquire("old", BACKFILL, 1)).isTrue();
    }
    assertThat(budget.tryAcquire("old", BACKFILL, 1)).isFalse();
    for (int i = 0; i < 4; i++) {
      assertThat(budget.tryAcquire("new", LIVE, 1)).isTrue();
    }
    assertThat(budget.tryAcquire("new", LIVE, 1)).isFalse();
    assertThat(budget.inFlight(BACKFILL).count()).isEqualTo(4);
    assertThat(budget.inFlight().count()).isEqualTo(8);
  }

  @Test
  void live_may_take_everything() {
    for (int i = 0; i < 8; i++) {
      assertThat(budget.tryAcquire("new", LIVE, 1)).isTrue();
    }
    assertThat(budget.tryAcquire("old", BACKFILL, 1)).isFalse();
  }

  @Test
  void back_fill_holds_at_most_its_share_of_bytes_but_for_one_larger_image() {
    assertThat(budget.tryAcquire("old", BACKFILL, 70)).as("larger than the share").isTrue();
    assertThat(budget.tryAcquire("old", BACKFILL, 1)).isFalse();
    budget.release(BACKFILL, 70);
    assertThat(budget.tryAcquire("old", BACKFILL, 40)).isTrue();
    assertThat(budget.tryAcquire("old", BACKFILL, 20)).isFalse();
    budget.withdraw("old");
    assertThat(budget.tryAcquire("huge", BACKFILL, 500)).as("not the only image").isFalse();
    budget.release(BACKFILL, 40);
    assertThat(budget.tryAcquire("huge", BACKFILL, 500)).isTrue();
    assertThat(budget.tryAcquire("new", LIVE, 1)).isFalse();
  }

  @Test
  void no_back_fill_is_admitted_while_a_live_image_waits() {
    assertThat(budget.tryAcquire("new", LIVE, 60)).isTrue();
    assertThat(budget.tryAcquire("new", LIVE, 60)).isFalse();
    assertThat(budget.tryAcquire("old", BACKFILL, 1)).isFalse();
    budget.release(LIVE, 60);
    assertThat(budget.tryAcquire("old", BACKFILL, 1)).as("the live one is first").isFalse();
    assertThat(budget.tryAcquire("new", LIVE, 60)).isTrue();

    assertThat(budget.tryAcquire("old", BACKFILL, 1)).isTrue();
  }

  @Test
  void room_given_back_twice_is_a_bug() {
    assertThatThrownBy(() -> budget.release(LIVE, 1)).isInstanceOf(IllegalStateException.class);
  }
}
