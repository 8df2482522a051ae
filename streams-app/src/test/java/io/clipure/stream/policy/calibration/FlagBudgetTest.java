package io.clipure.stream.policy.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlagBudgetTest {

  /** 1, 2, …, n in another order. */
  private static double[] ranks(int n) {
    return IntStream.range(0, n).mapToDouble(i -> 1 + (i * 7919L) % n).toArray();
  }

  @Test
  void as_many_images_are_flagged_as_a_search_over_every_count_allows() {
    for (JsonNode one : Reference.get("budgets")) {
      int images = one.get("images").intValue();
      int allowed = one.get("allowed").intValue();
      FlagBudget.Outcome outcome =
          FlagBudget.choose(
              ranks(images), one.get("budget").doubleValue(), one.get("confidence").doubleValue());
      if (allowed < 0) {
        assertThat(outcome).as(one.toString()).isInstanceOf(FlagBudget.TooFew.class);
        assertThat(((FlagBudget.TooFew) outcome).needed()).isEqualTo(one.get("needed").intValue());
      } else {
        FlagBudget.Chosen chosen = (FlagBudget.Chosen) outcome;
        assertThat(chosen.flagged()).as(one.toString()).isEqualTo(allowed);
        assertThat(chosen.threshold()).isEqualTo(Math.nextUp((double) images - allowed));
        assertThat(chosen.bound()).isLessThanOrEqualTo(one.get("budget").doubleValue());
      }
    }
  }

  @Test
  void too_small_a_sample_is_told_what_it_can_show_instead() {
    FlagBudget.TooFew few = (FlagBudget.TooFew) FlagBudget.choose(ranks(160), 0.01, 0.95);
    assertThat(few.needed()).isEqualTo(299);
    assertThat(FlagBudget.choose(ranks(299), 0.01, 0.95)).isInstanceOf(FlagBudget.Chosen.class);
    assertThat(FlagBudget.choose(ranks(298), 0.01, 0.95)).isInstanceOf(FlagBudget.TooFew.class);
    assertThat(few.smallestBudget()).isCloseTo(0.018549, within(1e-6));
    assertThat(FlagBudget.choose(ranks(160), few.smallestBudget() + 1e-9, 0.95))
        .isInstanceOf(FlagBudget.Chosen.class);
    assertThat(FlagBudget.choose(ranks(160), 0.01, few.largestConfidence() - 1e-9))
        .isInstanceOf(FlagBudget.Chosen.class);
  }

  @Test
  void images_that_tie_at_the_threshold_are_not_flagged() {
    double[] scores = new double[1000];
    for (int i = 980; i < 1000; i++) {
      scores[i] = i < 997 ? 0.5 : 0.9;
    }
    FlagBudget.Chosen chosen = (FlagBudget.Chosen) FlagBudget.choose(scores, 0.01, 0.95);
    assertThat(chosen.threshold()).isEqualTo(Math.nextUp(0.5));
    assertThat(chosen.flagged()).isEqualTo(3);
    assertThat(chosen.bound()).isLessThanOrEqualTo(0.01);
  }

  @Test
  void the_promise_is_kept_as_often_as_promised_whatever_the_scores_distribution() {
    Random random = new Random(5);
    int kept = 0;
    int samples = 2000;
    for (int sample = 0; sample < samples; sample++) {
      double[] scores =
          DoubleStream.generate(() -> Math.pow(random.nextDouble(), 9)).limit(400).toArray();
      FlagBudget.Chosen chosen = (FlagBudget.Chosen) FlagBudget.choose(scores, 0.02, 0.9);
      double trueRate = 1 - Math.pow(chosen.threshold(), 1.0 / 9);
      kept += trueRate <= 0.02 ? 1 : 0;
    }
    // 1,800 expected at the least; four standard errors of room.
    assertThat(kept).isGreaterThan(1746);
  }

  @Test
  void what_is_no_score_or_no_share_is_refused() {
    assertThatThrownBy(() -> FlagBudget.choose(new double[0], 0.01, 0.95))
        .hasMessage("no scores, expected at least one");
    assertThatThrownBy(() -> FlagBudget.choose(new double[] {Double.NaN}, 0.01, 0.95))
        .hasMessage("a score is NaN, expected numbers");
    assertThatThrownBy(() -> FlagBudget.choose(new double[] {1}, 0, 0.95))
        .hasMessage("budget is 0.0, expected between 0 and 1");
  }
}
