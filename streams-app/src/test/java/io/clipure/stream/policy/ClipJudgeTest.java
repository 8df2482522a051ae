package io.clipure.stream.policy;

import static io.clipure.stream.policy.Sets.label;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.purify.CosPurifier;
import io.clipure.stream.purify.GradientNorm;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.purify.PurifierPreset;
import io.clipure.stream.purify.PurifierSettings;
import io.clipure.stream.views.ViewPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClipJudgeTest {
  private static final int DIMENSION = 32;
  private static final LabelSet SET =
      Sets.set(
          label("pistol", "weapons", Action.BLOCK, 0.3, "a pistol", "a gun"),
          label("beer", "alcohol", Action.REVIEW, null, "a beer"),
          label("food", "benign", Action.ALLOW, null, "a pizza", "a cake", "a salad"));

  private final FakeTextEncoder encoder = new FakeTextEncoder(DIMENSION);
  private final ModelInfo model = Sets.model(DIMENSION, null);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 10, 50})
  void scores_are_those_of_a_plain_calculation_with_vectors(int steps) {
    double stepSize = 0.05;
    Judge judge =
        factory(new CosPurifier(new PurifierSettings(steps, stepSize, GradientNorm.NONE)))
            .compile(SET);
    double[] t = unit(model.anchor());
    for (int i = 0; i < 20; i++) {
      float[] embedding = Sets.gaussian(DIMENSION, i);
      double[] u = unit(embedding);
      double[] purified = u.clone();
      for (int step = 0; step < steps; step++) {
        purified = ascend(purified, t, stepSize);
      }
      double[] before = expectedScores(u);
      double[] after = expectedScores(purified);

      Verdict verdict = judge.judge(embedding);

      for (int k = 0; k < before.length; k++) {
        Verdict.LabelScore score = verdict.scores().get(k);
        assertThat(score.label()).isEqualTo(SET.labels().get(k));
        assertThat(score.scoreBefore()).isCloseTo(before[k], within(1e-12));
        assertThat(score.score()).isCloseTo(after[k], within(1e-9));
      }
      int top = argmax(after);
      assertThat(verdict.topLabel()).isEqualTo(SET.labels().get(top).id());
      assertThat(verdict.topScore()).isCloseTo(after[top], within(1e-9));
      assertThat(verdict.margin()).isCloseTo(after[top] - secondBest(after), within(1e-9));
      assertThat(verdict.topLabelChanged()).isEqualTo(argmax(before) != top);
      assertThat(verdict.purification().cosineBefore()).isCloseTo(dot(u, t), within(1e-12));
      assertThat(verdict.purification().cosineAfter()).isCloseTo(dot(purified, t), within(1e-9));
      assertThat(Math.cos(verdict.purification().displacement()))
          .isCloseTo(dot(u, purified), within(1e-9));
      assertThat(verdict.labelSet()).isSameAs(SET);
    }
  }

  @Test
  void scores_sum_to_one_and_do_not_depend_on_the_length_of_the_embedding() {
    Judge judge = factory(PurifierPreset.GENTLE.purifier()).compile(SET);
    float[] embedding = Sets.gaussian(DIMENSION, 3);
    float[] longer = embedding.clone();
    for (int d = 0; d < longer.length; d++) {
      longer[d] *= 4096;
    }
    Verdict verdict = judge.judge(embedding);
    assertThat(verdict.scores().stream().mapToDouble(Verdict.LabelScore::score).sum())
        .isCloseTo(1, within(1e-12));
    assertThat(judge.judge(longer)).isEqualTo(verdict);
  }

  @Test
  void a_verdict_is_the_same_to_the_bit_whatever_was_judged_before_and_the_input_is_left_alone() {
    ClipJudgeFactory factory = factory(PurifierPreset.GENTLE.purifier());
    Judge judge = factory.compile(SET);
    Judge other = factory.compile(SET);
    List<Verdict> first = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      first.add(judge.judge(Sets.gaussian(DIMENSION, i)));
    }
    Random random = new Random(1);
    for (int n = 0; n < 300; n++) {
      int i = random.nextInt(100);
      float[] embedding = Sets.gaussian(DIMENSION, i);
      assertThat((n % 2 == 0 ? judge : other).judge(embedding)).isEqualTo(first.get(i));
      assertThat(embedding).isEqualTo(Sets.gaussian(DIMENSION, i));
    }
  }

  @ParameterizedTest
  @EnumSource(PurifierPreset.class)
  void an_embedding_on_the_anchor_or_opposite_to_it_is_judged(PurifierPreset preset) {
    Judge judge = factory(preset.purifier()).compile(SET);
    float[] opposite = model.anchor().clone();
    for (int d = 0; d < opposite.length; d++) {
      opposite[d] = -opposite[d];
    }
    for (float[] embedding : List.of(model.anchor(), opposite)) {
      Verdict verdict = judge.judge(embedding);
      assertThat(verdict.scores()).allSatisfy(s -> assertThat(s.score()).isBetween(0.0, 1.0));
      assertThat(verdict.purification().displacement()).isZero();
      assertThat(verdict.purifier()).isEqualTo(preset.purifier().id());
    }
  }

  @Test
  void an_embedding_that_is_none_is_refused_in_plain_words() {
    Judge judge = factory(PurifierPreset.OFF.purifier()).compile(SET);
    float[] notANumber = Sets.gaussian(DIMENSION, 1);
    notANumber[5] = Float.NaN;
    float[] infinite = Sets.gaussian(DIMENSION, 1);
    infinite[5] = Float.NEGATIVE_INFINITY;
    assertThatThrownBy(() -> judge.judge(new float[DIMENSION]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image embedding has length 0.0, expected a finite vector other than zero");
    assertThatThrownBy(() -> judge.judge(notANumber))
        .hasMessage("image embedding has length NaN, expected a finite vector other than zero");
    assertThatThrownBy(() -> judge.judge(infinite))
        .hasMessage(
            "image embedding has length Infinity, expected a finite vector other than zero");
    assertThatThrownBy(() -> judge.judge(new float[DIMENSION + 1]))
        .hasMessage("image embedding has 33 values, expected 32: it was made by another model");
  }

  @Test
  void the_decision_follows_the_scores_after_purification() {
    Judge judge = factory(PurifierPreset.OFF.purifier()).compile(SET);
    Verdict pistol = judge.judge(encoder.embedding("a pistol"));
    assertThat(pistol.decision()).isEqualTo(Action.BLOCK);
    assertThat(pistol.decidedBy()).isEqualTo("pistol");
    assertThat(pistol.topLabel()).isEqualTo("pistol");
    assertThat(pistol.flags()).isEmpty();
    assertThat(judge.judge(encoder.embedding("a beer")).decision()).isEqualTo(Action.REVIEW);
    assertThat(judge.judge(encoder.embedding("a cake")).decision()).isEqualTo(Action.ALLOW);
  }

  @Test
  void text_embeddings_are_computed_once_per_set_for_every_prompt_and_template() {
    Judge judge = factory(PurifierPreset.OFF.purifier()).compile(SET);
    judge.judge(Sets.gaussian(DIMENSION, 1));
    assertThat(encoder.calls).hasSize(1);
    assertThat(encoder.calls.get(0))
        .hasSize(12)
        .startsWith("a photo of a pistol.", "a pistol", "a photo of a gun.", "a gun");
  }

  @Test
  void large_sets_go_to_the_encoder_in_bounded_chunks() {
    Label[] labels = new Label[100];
    for (int k = 0; k < labels.length; k++) {
      labels[k] = label("l" + k, "g", Action.ALLOW, null, "one " + k, "two " + k, "three " + k);
    }
    Judge judge = factory(PurifierPreset.OFF.purifier()).compile(Sets.set(labels));
    assertThat(encoder.calls).extracting(List::size).containsExactly(256, 256, 88);
    Verdict verdict = judge.judge(encoder.embedding("two 99"));
    assertThat(verdict.topLabel()).isEqualTo("l99");
  }

  @Test
  void a_set_without_templates_uses_those_of_the_bundle() {
    LabelSet bare = LabelSets.digested(Sets.content(List.of(), SET.labels().toArray(Label[]::new)));
    factory(PurifierPreset.OFF.purifier()).compile(bare);
    assertThat(encoder.calls.get(0)).startsWith("an image of a pistol.");
  }

  @Test
  void words_unknown_to_the_text_encoder_are_refused_with_label_and_prompt() {
    FakeTextEncoder small = new FakeTextEncoder(DIMENSION, "pizza", "gun", "photo");
    ClipJudgeFactory factory = factory(small, JudgeSettings.defaults(), model);
    assertThatThrownBy(() -> factory.compile(SET))
        .isInstanceOfSatisfying(
            LabelSetException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(3)
                    .element(1)
                    .isEqualTo(
                        "label set \"test\": label \"pistol\": prompt \"a gun\" has words unknown to"
                            + " the text encoder of \"fake\": gun; use words the model knows or"
                            + " allow unknown words explicitly"))
        .hasMessageContaining("template \"a photo of {}.\"")
        .hasMessageEndingWith("(and 2 more)");
    assertThat(small.calls).isEmpty();
  }

  @Test
  void allowed_unknown_words_become_warnings() {
    FakeTextEncoder small = new FakeTextEncoder(DIMENSION, "pizza");
    Judge judge = factory(small, new JudgeSettings(0.4, 0.1, null, true), model).compile(SET);
    assertThat(judge.warnings())
        .containsExactly(
            "label set \"test\": label \"food\": prompt \"a pizza\" has words unknown to the text"
                + " encoder of \"fake\": pizza");
    assertThat(factory(PurifierPreset.OFF.purifier()).compile(SET).warnings()).isEmpty();
  }

  @Test
  void low_confidence_comes_from_the_set_then_the_calibration_then_the_settings() {
    float[] embedding = encoder.embedding("a beer");
    ModelInfo calibrated = Sets.model(DIMENSION, new ModelInfo.Calibration("c1", 1.0, null, null));
    JudgeSettings never = new JudgeSettings(0, 0, null, false);

    assertThat(flags(factory(encoder, never, model).compile(SET), embedding)).isEmpty();
    assertThat(flags(factory(encoder, never, calibrated).compile(SET), embedding))
        .singleElement()
        .asString()
        .matches("top label beer scored 0\\.\\d{4}, below 1\\.0000");
    LabelSet own = Sets.withLowConfidence(SET, 0.0, 1.0);
    assertThat(flags(factory(encoder, never, calibrated).compile(own), embedding))
        .singleElement()
        .asString()
        .matches("margin of beer over (pistol|food) is 0\\.\\d{4}, below 1\\.0000");
    JudgeSettings always = new JudgeSettings(1, 1, null, false);
    assertThat(flags(factory(encoder, always, model).compile(SET), embedding))
        .singleElement()
        .asString()
        .contains("; ");
  }

  @Test
  void a_top_label_below_its_threshold_is_reviewed_with_low_confidence() {
    LabelSet strict =
        Sets.set(
            label("pistol", "weapons", Action.BLOCK, 1.0, "a pistol"),
            label("food", "benign", Action.ALLOW, null, "a pizza"));
    Verdict verdict =
        factory(encoder, new JudgeSettings(0, 0, null, false), model)
            .compile(strict)
            .judge(encoder.embedding("a pistol"));
    assertThat(verdict.decision()).isEqualTo(Action.REVIEW);
    assertThat(verdict.decidedBy()).isEqualTo("pistol");
    assertThat(verdict.has(Verdict.FlagKind.LOW_CONFIDENCE)).isTrue();
    assertThat(verdict.flags().get(0).reason()).endsWith("below its own threshold 1.0000");
  }

  @Test
  void a_top_label_that_does_not_survive_purification_is_flagged_as_suspected() {
    Purifier strong = new CosPurifier(new PurifierSettings(9, 30, GradientNorm.SAMPLE));
    Judge judge = factory(strong).compile(SET);
    int changed = 0;
    for (int i = 0; i < 50; i++) {
      Verdict verdict = judge.judge(Sets.gaussian(DIMENSION, i));
      assertThat(verdict.has(Verdict.FlagKind.SUSPECTED_ADVERSARIAL))
          .isEqualTo(verdict.topLabelChanged());
      changed += verdict.topLabelChanged() ? 1 : 0;
      assertThat(verdict.suspicion().rule()).isEqualTo("purification-shift/1");
      assertThat(verdict.suspicion().signals())
          .containsOnlyKeys("displacement", "label-change", "total-variation")
          .containsEntry("displacement", verdict.purification().displacement());
      double variation = 0;
      for (Verdict.LabelScore score : verdict.scores()) {
        variation += Math.abs(score.score() - score.scoreBefore()) / 2;
      }
      assertThat(verdict.suspicion().signals().get("total-variation"))
          .isCloseTo(variation, within(1e-12));
      assertThat(verdict.suspicion().score())
          .isCloseTo(((verdict.topLabelChanged() ? 1 : 0) + variation) / 2, within(1e-12));
    }
    assertThat(changed).isBetween(1, 49);
  }

  @Test
  void the_suspicion_threshold_comes_from_the_settings_then_the_calibration_then_the_rule() {
    ModelInfo calibrated = Sets.model(DIMENSION, new ModelInfo.Calibration("c1", null, null, 0.25));
    JudgeSettings own = new JudgeSettings(0, 0, 0.0, false);
    float[] embedding = encoder.embedding("a beer");
    assertThat(suspicion(JudgeSettings.defaults(), model, embedding).threshold()).isEqualTo(0.5);
    assertThat(suspicion(JudgeSettings.defaults(), calibrated, embedding).threshold())
        .isEqualTo(0.25);
    Verdict.Suspicion always = suspicion(own, calibrated, embedding);
    assertThat(always.threshold()).isZero();
    assertThat(always.flagged()).isTrue();
  }

  private Verdict.Suspicion suspicion(JudgeSettings settings, ModelInfo info, float[] embedding) {
    return factory(encoder, settings, info).compile(SET).judge(embedding).suspicion();
  }

  private static List<String> flags(Judge judge, float[] embedding) {
    return judge.judge(embedding).flags().stream().map(Verdict.Flag::reason).toList();
  }

  private ClipJudgeFactory factory(Purifier purifier) {
    return new ClipJudgeFactory(
        model, encoder, purifier, ViewPlan.none(), JudgeSettings.defaults());
  }

  private static ClipJudgeFactory factory(
      FakeTextEncoder encoder, JudgeSettings settings, ModelInfo model) {
    return new ClipJudgeFactory(
        model, encoder, PurifierPreset.OFF.purifier(), ViewPlan.none(), settings);
  }

  /** Label scores of a unit vector, from nothing but the contract. */
  private double[] expectedScores(double[] u) {
    double[] scores = new double[SET.labels().size()];
    double total = 0;
    for (int k = 0; k < scores.length; k++) {
      for (String prompt : SET.labels().get(k).prompts()) {
        double[] mean = new double[DIMENSION];
        for (String template : SET.templates()) {
          double[] w = unit(encoder.embedding(template.replace("{}", prompt)));
          for (int d = 0; d < DIMENSION; d++) {
            mean[d] += w[d] / SET.templates().size();
          }
        }
        double weight = Math.exp(model.logitScale() * dot(u, mean) / Math.sqrt(dot(mean, mean)));
        scores[k] += weight;
        total += weight;
      }
    }
    for (int k = 0; k < scores.length; k++) {
      scores[k] /= total;
    }
    return scores;
  }

  /** One step of Algorithm 1 without gradient normalisation, on vectors. */
  private static double[] ascend(double[] u, double[] t, double stepSize) {
    double cosine = dot(u, t);
    double[] next = new double[u.length];
    for (int d = 0; d < u.length; d++) {
      next[d] = u[d] + stepSize * (t[d] - cosine * u[d]);
    }
    double norm = Math.sqrt(dot(next, next));
    for (int d = 0; d < u.length; d++) {
      next[d] /= norm;
    }
    return next;
  }

  private static double[] unit(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    double[] unit = new double[vector.length];
    for (int d = 0; d < unit.length; d++) {
      unit[d] = vector[d] / Math.sqrt(squares);
    }
    return unit;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private static int argmax(double[] values) {
    int best = 0;
    for (int k = 1; k < values.length; k++) {
      best = values[k] > values[best] ? k : best;
    }
    return best;
  }

  private static double secondBest(double[] values) {
    double[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    return sorted[sorted.length - 2];
  }
}
