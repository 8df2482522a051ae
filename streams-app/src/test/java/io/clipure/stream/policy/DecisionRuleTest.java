package io.clipure.stream.policy;

import static io.clipure.stream.policy.Action.ALLOW;
import static io.clipure.stream.policy.Action.BLOCK;
import static io.clipure.stream.policy.Action.REVIEW;
import static io.clipure.stream.policy.Sets.label;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecisionRuleTest {

  @Test
  void the_top_label_without_a_threshold_decides() {
    assertThat(decide(at(0.6, label("food", "b", ALLOW, null)), at(0.4, gun(null))))
        .isEqualTo(decision(ALLOW, 0));
    assertThat(decide(at(0.4, label("food", "b", ALLOW, null)), at(0.6, gun(null))))
        .isEqualTo(decision(BLOCK, 1));
  }

  @Test
  void a_label_that_reaches_its_threshold_decides_below_the_top() {
    assertThat(decide(at(0.7, label("food", "b", ALLOW, null)), at(0.3, gun(0.3))))
        .isEqualTo(decision(BLOCK, 1));
    assertThat(decide(at(0.71, label("food", "b", ALLOW, null)), at(0.29, gun(0.3))))
        .isEqualTo(decision(ALLOW, 0));
  }

  @Test
  void the_most_severe_action_wins_and_the_better_score_among_equals() {
    assertThat(
            decide(
                at(0.45, label("beer", "a", REVIEW, 0.2)),
                at(0.25, label("gun", "w", BLOCK, 0.2)),
                at(0.30, label("gore", "g", BLOCK, 0.2))))
        .isEqualTo(decision(BLOCK, 2));
  }

  @Test
  void labels_of_one_family_that_share_the_probability_do_not_slip_through() {
    assertThat(
            decide(
                at(0.60, label("food", "b", ALLOW, null)),
                at(0.12, label("pistol", "w", BLOCK, 0.3)),
                at(0.15, label("rifle", "w", BLOCK, 0.3)),
                at(0.13, label("revolver", "w", BLOCK, 0.3))))
        .isEqualTo(decision(BLOCK, 2));
  }

  @Test
  void labels_of_other_groups_or_actions_are_not_of_the_family() {
    assertThat(
            decide(
                at(0.60, label("food", "b", ALLOW, null)),
                at(0.15, label("pistol", "w", BLOCK, 0.3)),
                at(0.10, label("toy_gun", "w", ALLOW, null)),
                at(0.15, label("gore", "g", BLOCK, 0.3))))
        .isEqualTo(decision(ALLOW, 0));
  }

  @Test
  void a_majority_of_harmful_labels_outweighs_a_harmless_top_label() {
    assertThat(
            decide(
                at(0.40, label("food", "b", ALLOW, null)),
                at(0.25, label("gore", "g", BLOCK, null)),
                at(0.35, label("gun", "w", BLOCK, null))))
        .isEqualTo(decision(BLOCK, 2));
    assertThat(
            decide(
                at(0.40, label("food", "b", ALLOW, null)),
                at(0.25, label("gore", "g", BLOCK, null)),
                at(0.35, label("beer", "a", REVIEW, null))))
        .isEqualTo(decision(REVIEW, 2));
    assertThat(
            decide(
                at(0.41, label("food", "b", ALLOW, null)),
                at(0.10, label("tea", "b", ALLOW, null)),
                at(0.25, label("gore", "g", BLOCK, null)),
                at(0.24, label("gun", "w", BLOCK, null))))
        .isEqualTo(decision(ALLOW, 0));
  }

  @Test
  void a_label_whose_threshold_asks_for_more_than_half_is_not_part_of_a_majority() {
    assertThat(
            decide(
                at(0.45, label("food", "b", ALLOW, null)),
                at(0.25, label("gore", "g", BLOCK, null)),
                at(0.30, label("gun", "w", BLOCK, 0.9))))
        .isEqualTo(decision(ALLOW, 0));
  }

  @Test
  void a_label_with_a_higher_threshold_does_not_help_one_with_a_lower() {
    Label knife = label("knife", "w", BLOCK, 0.6);
    Label pistol = label("pistol", "w", BLOCK, 0.2);
    assertThat(decide(at(0.6, label("food", "b", ALLOW, null)), at(0.3, knife), at(0.1, pistol)))
        .isEqualTo(decision(ALLOW, 0));
    assertThat(decide(at(0.39, label("food", "b", ALLOW, null)), at(0.42, knife), at(0.19, pistol)))
        .isEqualTo(decision(BLOCK, 1));
  }

  @Test
  void a_top_label_below_its_own_threshold_is_a_doubtful_review() {
    for (Action action : Action.values()) {
      assertThat(
              decide(
                  at(0.40, label("unsure", "u", action, 0.9)),
                  at(0.30, label("food", "b", ALLOW, 0.9)),
                  at(0.30, label("tea", "c", ALLOW, null))))
          .isEqualTo(new DecisionRule.Decision(REVIEW, 0, true));
    }
  }

  @Test
  void a_harmless_label_that_reaches_its_threshold_does_not_lift_the_doubt() {
    assertThat(decide(at(0.55, gun(0.8)), at(0.45, label("food", "b", ALLOW, 0.3))))
        .isEqualTo(new DecisionRule.Decision(REVIEW, 0, true));
  }

  @Test
  void a_firm_decision_of_equal_or_greater_severity_replaces_the_doubt() {
    assertThat(decide(at(0.6, gun(0.8)), at(0.4, label("beer", "a", REVIEW, 0.3))))
        .isEqualTo(decision(REVIEW, 1));
    assertThat(decide(at(0.6, label("food", "b", ALLOW, 0.8)), at(0.4, gun(0.3))))
        .isEqualTo(decision(BLOCK, 1));
  }

  @Test
  void moving_probability_from_a_harmless_to_a_harmful_label_never_softens_the_decision() {
    Random random = new Random(5);
    for (int trial = 0; trial < 5_000; trial++) {
      Label[] labels = new Label[6];
      for (int k = 0; k < labels.length; k++) {
        Action action = k < 3 ? ALLOW : BLOCK;
        Double threshold = k < 3 || random.nextBoolean() ? null : random.nextDouble();
        labels[k] = label("l" + k, "g" + k % 2, action, threshold);
      }
      double[] scores = random.doubles(6).toArray();
      double sum = Arrays.stream(scores).sum();
      Arrays.setAll(scores, k -> scores[k] / sum);
      double[] worse = scores.clone();
      int harmful = 3 + random.nextInt(3);
      int harmless = random.nextInt(3);
      worse[harmful] += worse[harmless];
      worse[harmless] = 0;
      DecisionRule rule = new DecisionRule(List.of(labels));
      Action before = rule.decide(scores).action();
      Action after = rule.decide(worse).action();
      // the receiver may take the top from a label without threshold and be unsure itself
      boolean unsure = rule.decide(worse).doubtful();
      assertThat(after.compareTo(before) >= 0 || unsure)
          .as("%s -> %s", Arrays.toString(scores), Arrays.toString(worse))
          .isTrue();
    }
  }

  private record Scored(Label label, double score) {}

  private static Scored at(double score, Label label) {
    return new Scored(label, score);
  }

  private static Label gun(Double threshold) {
    return label("gun", "w", BLOCK, threshold);
  }

  private static DecisionRule.Decision decide(Scored... scored) {
    return new DecisionRule(Arrays.stream(scored).map(Scored::label).toList())
        .decide(Arrays.stream(scored).mapToDouble(Scored::score).toArray());
  }

  private static DecisionRule.Decision decision(Action action, int label) {
    return new DecisionRule.Decision(action, label, false);
  }
}
