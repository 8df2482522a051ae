package io.clipure.stream.policy;

import static io.clipure.stream.policy.Action.ALLOW;
import static io.clipure.stream.policy.Action.BLOCK;
import static io.clipure.stream.policy.Action.REVIEW;
import static io.clipure.stream.policy.Sets.label;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clipure.stream.policy.DecisionTrail.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecisionTrailTest {
  private static final List<Label> LABELS =
      List.of(
          label("food", "b", ALLOW, null),
          label("pistol", "w", BLOCK, 0.3),
          label("rifle", "w", BLOCK, 0.3),
          label("beer", "a", REVIEW, null));

  private static DecisionTrail trail(double... scores) {
    return DecisionTrail.of(LABELS, scores);
  }

  @Test
  void it_ends_where_the_rule_ends() {
    Random random = new Random(11);
    for (int trial = 0; trial < 5_000; trial++) {
      Label[] labels = new Label[6];
      for (int k = 0; k < labels.length; k++) {
        Double threshold = random.nextBoolean() ? null : random.nextDouble();
        labels[k] =
            label("l" + k, "g" + random.nextInt(2), Action.values()[random.nextInt(3)], threshold);
      }
      double[] scores = random.doubles(6).toArray();
      double sum = Arrays.stream(scores).sum();
      Arrays.setAll(scores, k -> scores[k] / sum);
      DecisionRule.Decision decision = new DecisionRule(List.of(labels)).decide(scores);
      DecisionTrail.Step deciding = DecisionTrail.of(List.of(labels), scores).deciding();
      assertThat(deciding.action()).isEqualTo(decision.action());
      assertThat(deciding.label()).isEqualTo("l" + decision.label());
      assertThat(deciding.rule() == Rule.DOUBTFUL).isEqualTo(decision.doubtful());
    }
  }

  @Test
  void each_way_of_deciding_is_told_apart() {
    assertThat(trail(0.6, 0.2, 0.05, 0.15).deciding())
        .returns(Rule.TOP, DecisionTrail.Step::rule)
        .satisfies(step -> assertThat(step.by()).isCloseTo(0.4, within(1e-12)));
    assertThat(trail(0.5, 0.4, 0.0, 0.1).deciding().rule()).isEqualTo(Rule.THRESHOLD);
    assertThat(trail(0.6, 0.2, 0.15, 0.05).deciding())
        .returns(Rule.FAMILY, DecisionTrail.Step::rule)
        .returns(List.of("pistol", "rifle"), DecisionTrail.Step::members);
    assertThat(trail(0.4, 0.14, 0.14, 0.32).deciding())
        .returns(Rule.MAJORITY, DecisionTrail.Step::rule)
        .returns("beer", DecisionTrail.Step::label);
    assertThat(
            DecisionTrail.of(List.of(label("unsure", "u", BLOCK, 0.9)), new double[] {0.5})
                .deciding()
                .rule())
        .isEqualTo(Rule.DOUBTFUL);
  }

  @Test
  void what_came_nearest_to_another_decision_is_found() {
    DecisionTrail trail = trail(0.6, 0.2, 0.05, 0.15);

    assertThat(trail.nearest(BLOCK).orElseThrow())
        .returns(Rule.FAMILY, DecisionTrail.Step::rule)
        .satisfies(step -> assertThat(step.by()).isCloseTo(0.05, within(1e-12)));
    assertThat(trail.nearest(REVIEW).orElseThrow().rule()).isEqualTo(Rule.MAJORITY);
    assertThat(trail(0.1, 0.5, 0.3, 0.1).inTheWayOfMilder())
        .extracting(DecisionTrail.Step::label)
        .containsOnly("pistol");
  }
}
