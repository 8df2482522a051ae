package io.clipure.stream.audit.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ReviewEstimatorTest {
  private static final double SHARE = 0.05;

  /** Harmful images: half of those flagged, 4 % of the rest; verdicts err in 10 and 2 %. */
  private static ReviewEstimator.Quality review(Random random, double[] truth) {
    ReviewEstimator estimator = new ReviewEstimator();
    int said = 0;
    int harmful = 0;
    int both = 0;
    for (int i = 0; i < 10_000; i++) {
      boolean flagged = i < 300;
      boolean bad = random.nextDouble() < (flagged ? 0.5 : 0.04);
      boolean wrong = random.nextDouble() < (flagged ? 0.1 : 0.02);
      boolean block = bad != wrong;
      Stratum stratum = flagged ? Stratum.FLAGGED : Stratum.RANDOM;
      estimator.verdict(stratum, block ? "BLOCK" : "ALLOW");
      if (flagged || random.nextDouble() < SHARE) {
        estimator.review(
            stratum,
            block ? "BLOCK" : "ALLOW",
            Set.of(bad ? "BLOCK" : "ALLOW"),
            flagged ? 1 : SHARE);
      }
      said += block ? 1 : 0;
      harmful += bad ? 1 : 0;
      both += block && bad ? 1 : 0;
    }
    truth[0] = (double) both / said;
    truth[1] = (double) both / harmful;
    return estimator.classes().get(1);
  }

  private static boolean covers(Estimate estimate, double truth) {
    return estimate.low() <= truth && truth <= estimate.high();
  }

  @Test
  void intervals_cover_and_estimates_are_not_biased_by_what_was_flagged() {
    int rounds = 100;
    int precision = 0;
    int recall = 0;
    double biasOfPrecision = 0;
    double biasOfRecall = 0;
    for (int round = 0; round < rounds; round++) {
      double[] truth = new double[2];
      ReviewEstimator.Quality block = review(new Random(round), truth);
      precision += covers(block.precision(), truth[0]) ? 1 : 0;
      recall += covers(block.recall(), truth[1]) ? 1 : 0;
      biasOfPrecision += (block.precision().value().orElseThrow() - truth[0]) / rounds;
      biasOfRecall += (block.recall().value().orElseThrow() - truth[1]) / rounds;
    }
    // Of 100 intervals of 95 %, 88 or more cover in all but 1 of 500 cases.
    assertThat(precision).isGreaterThanOrEqualTo(88);
    assertThat(recall).isGreaterThanOrEqualTo(88);
    assertThat(biasOfPrecision).isEqualTo(0, Offset.offset(0.02));
    assertThat(biasOfRecall).isEqualTo(0, Offset.offset(0.04));
  }

  @Test
  void many_classes_with_a_review_each_do_not_blur_the_share_of_all() {
    ReviewEstimator estimator = new ReviewEstimator();
    for (int i = 0; i < 1000; i++) {
      estimator.verdict(Stratum.RANDOM, "label-" + i % 200);
      if (i < 200) {
        estimator.review(Stratum.RANDOM, "label-" + i, Set.of(i < 190 ? "label-" + i : "x"), 0.2);
      }
    }
    Estimate right = estimator.agreement();
    assertThat(right.value()).hasValue(0.95);
    // Jeffreys' interval of 190 in 200: 0.913 to 0.974.
    assertThat(right.low()).isEqualTo(0.913, Offset.offset(0.01));
    assertThat(right.high()).isEqualTo(0.974, Offset.offset(0.01));
  }

  @Test
  void the_same_reviews_give_the_same_figures() {
    assertThat(review(new Random(7), new double[2]))
        .isEqualTo(review(new Random(7), new double[2]));
  }

  @Test
  void a_recall_cannot_be_claimed_by_not_looking() {
    ReviewEstimator estimator = new ReviewEstimator();
    for (int i = 0; i < 50; i++) {
      estimator.verdict(Stratum.FLAGGED, "BLOCK");
      estimator.review(Stratum.FLAGGED, "BLOCK", Set.of("BLOCK"), 1);
    }
    for (int i = 0; i < 100_000; i++) {
      estimator.verdict(Stratum.RANDOM, "ALLOW");
    }
    ReviewEstimator.Quality block = estimator.classes().get(1);
    assertThat(block.precision().low()).isGreaterThan(0.9);
    assertThat(block.recall().value()).hasValue(1);
    assertThat(block.recall().low()).isLessThan(0.01);
    assertThat(estimator.errors(Stratum.RANDOM).value()).isEmpty();
  }

  @Test
  void looking_at_all_of_few_narrows_the_interval_as_a_binomial_one() {
    ReviewEstimator estimator = new ReviewEstimator();
    for (int i = 0; i < 100; i++) {
      estimator.verdict(Stratum.FLAGGED, "BLOCK");
      estimator.review(Stratum.FLAGGED, "BLOCK", Set.of(i < 90 ? "BLOCK" : "ALLOW"), 1);
    }
    Estimate precision = estimator.classes().get(1).precision();
    assertThat(precision.value()).hasValue(0.9);
    // Jeffreys' interval of 90 in 100: 0.8298 to 0.9474.
    assertThat(precision.low()).isEqualTo(0.830, Offset.offset(0.01));
    assertThat(precision.high()).isEqualTo(0.947, Offset.offset(0.01));
  }
}
