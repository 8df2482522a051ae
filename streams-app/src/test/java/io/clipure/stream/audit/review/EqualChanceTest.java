package io.clipure.stream.audit.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.schemas.Decision;
import io.clipure.schemas.ReviewDecision;
import io.clipure.schemas.ReviewSampling;
import io.clipure.schemas.ReviewedVerdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EqualChanceTest {
  private static ReviewDecision review(int i, Stratum stratum, double chance) {
    return ReviewDecision.newBuilder()
        .setId("upload-" + i)
        .setReviewer("anna")
        .setReviewedAt(Instant.EPOCH)
        .setSampling(new ReviewSampling(stratum.id(), chance))
        .setVerdict(new ReviewedVerdict("images", 0, 0L, "", Decision.ALLOW, "cat", "", "", null))
        .build();
  }

  @Test
  void flagged_reviews_are_thinned_to_the_chance_of_the_rest() {
    List<ReviewDecision> reviews = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      reviews.add(review(i, Stratum.FLAGGED, 1));
    }
    for (int i = 4000; i < 4500; i++) {
      reviews.add(review(i, Stratum.RANDOM, 0.05));
    }
    List<ReviewDecision> fair = EqualChance.of(reviews);

    long flagged =
        fair.stream().filter(r -> r.getSampling().getStratum().equals("flagged")).count();
    // 200 expected, standard deviation 14
    assertThat(flagged).isBetween(145L, 255L);
    assertThat(fair.size() - flagged).as("the rest stays").isEqualTo(500);
    Collections.shuffle(reviews, new Random(1));
    assertThat(EqualChance.of(reviews)).containsExactlyInAnyOrderElementsOf(fair);
  }

  @Test
  void reviews_of_one_chance_all_stay() {
    List<ReviewDecision> reviews =
        List.of(review(1, Stratum.FLAGGED, 1), review(2, Stratum.RANDOM, 1));
    assertThat(EqualChance.of(reviews)).isEqualTo(reviews);
    assertThat(EqualChance.of(List.of())).isEmpty();
  }
}
