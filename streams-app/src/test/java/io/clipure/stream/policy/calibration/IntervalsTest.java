package io.clipure.stream.policy.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class IntervalsTest {

  @Test
  void the_beta_distribution_is_that_of_scipy() {
    for (JsonNode one : Reference.get("beta")) {
      double a = one.get("a").doubleValue();
      double b = one.get("b").doubleValue();
      double expected = one.get("cdf").doubleValue();
      assertThat(BetaDistribution.cdf(one.get("x").doubleValue(), a, b))
          .as(one.toString())
          .isCloseTo(expected, within(1e-9 * expected + 1e-14));
    }
  }

  @Test
  void intervals_are_those_of_clopper_and_pearson_in_scipy() {
    for (JsonNode one : Reference.get("intervals")) {
      long hits = one.get("hits").longValue();
      long trials = one.get("trials").longValue();
      double confidence = one.get("confidence").doubleValue();
      BinomialInterval interval = BinomialInterval.of(hits, trials, confidence);
      assertThat(interval.lower()).as(one.toString()).isCloseTo(number(one, "low"), within(1e-10));
      assertThat(interval.upper()).as(one.toString()).isCloseTo(number(one, "high"), within(1e-10));
      assertThat(BinomialInterval.lower(hits, trials, confidence))
          .isCloseTo(number(one, "lower"), within(1e-10));
      assertThat(BinomialInterval.upper(hits, trials, confidence))
          .isCloseTo(number(one, "upper"), within(1e-10));
    }
  }

  @Test
  void a_share_of_nothing_is_refused() {
    assertThatThrownBy(() -> BinomialInterval.of(0, 0, 0.95))
        .hasMessage("0 of 0, expected a part of at least one");
    assertThatThrownBy(() -> BinomialInterval.of(1, 2, 1))
        .hasMessage("confidence is 1.0, expected between 0 and 1");
  }

  private static double number(JsonNode node, String name) {
    return node.get(name).doubleValue();
  }
}
