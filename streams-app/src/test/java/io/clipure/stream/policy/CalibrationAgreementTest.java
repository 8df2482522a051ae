package io.clipure.stream.policy;

import static io.clipure.stream.policy.Sets.label;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.calibration.LabelLogits;
import io.clipure.stream.policy.calibration.SuspicionFit;
import io.clipure.stream.purify.PurifierPreset;
import io.clipure.stream.views.ViewPlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What calibration computes for itself is what judging computes. */
class CalibrationAgreementTest {
  private static final int DIMENSION = 32;
  private static final ViewPlan PLAN = ViewPlan.parse("shift:2", 64);
  private static final LabelSet SET =
      Sets.set(
          label("pistol", "weapons", Action.BLOCK, 0.6, "pistol", "gun"),
          label("beer", "alcohol", Action.REVIEW, null),
          label("cat", "benign", Action.ALLOW, null, "cat", "kitten", "tom"));

  private static ClipJudge judge(
      PurifierPreset purifier, double temperature, ModelInfo.SuspicionModel suspicion) {
    ModelInfo.Calibration calibration =
        new ModelInfo.Calibration("test", null, null, 0.5, temperature, Map.of(), suspicion);
    return new ClipJudgeFactory(
            Sets.model(DIMENSION, calibration),
            new FakeTextEncoder(DIMENSION),
            purifier.purifier(),
            PLAN,
            JudgeSettings.defaults())
        .compile(SET);
  }

  private static ImageEmbeddings image(long seed, boolean purified) {
    float[][] views = new float[3][];
    for (int v = 0; v < views.length; v++) {
      views[v] = Sets.gaussian(DIMENSION, 3 * seed + v);
    }
    float[][] moved = {
      Sets.gaussian(DIMENSION, 100 + seed), Sets.gaussian(DIMENSION, 200 + seed), views[2]
    };
    return new ImageEmbeddings(views, purified ? moved : null);
  }

  @ParameterizedTest
  @EnumSource(PurifierPreset.class)
  void scores_at_any_temperature_are_the_judges(PurifierPreset purifier) {
    ScoreModel trained = judge(purifier, 1, null).scoreModel();
    for (int i = 0; i < 10; i++) {
      ImageEmbeddings image = image(i, i % 2 == 1);
      LabelLogits logits =
          new LabelLogits(
              new double[][] {LabelLogits.cosines(trained, image)},
              trained.labelOf(),
              trained.logitScale(),
              3);
      for (double temperature : new double[] {0.5, 1, 3}) {
        List<Verdict.LabelScore> judged = judge(purifier, temperature, null).judge(image).scores();
        for (int k = 0; k < 3; k++) {
          assertThat(logits.scores(temperature)[0][k])
              .isCloseTo(judged.get(k).score(), within(1e-12));
        }
      }
    }
  }

  @Test
  void the_suspicion_score_is_the_rules_to_the_bit() {
    ModelInfo.SuspicionModel model =
        new ModelInfo.SuspicionModel(
            PLAN.id(),
            -1.7,
            List.of(
                new ModelInfo.SuspicionModel.Signal("view-tv-mean", 0.031, 0.017, 0.3),
                new ModelInfo.SuspicionModel.Signal("margin", 0.71, 0.23, -0.9),
                new ModelInfo.SuspicionModel.Signal("entropy", 0.4, 0.7, 0.11)));
    ClipJudge judge = judge(PurifierPreset.OFF, 1, model);
    for (int i = 0; i < 50; i++) {
      Verdict.Suspicion suspicion = judge.judge(image(i, false)).suspicion();
      assertThat(SuspicionFit.score(model, suspicion.signals())).isEqualTo(suspicion.score());
    }
  }

  @Test
  void a_model_of_one_signal_puts_the_budgets_threshold_at_one_half() {
    List<Map<String, Double>> ordinary =
        java.util.stream.IntStream.range(0, 1000)
            .mapToObj(i -> Map.of("view-tv-mean", i / 1000.0))
            .toList();
    ModelInfo.SuspicionModel model =
        SuspicionFit.oneClass("none", "view-tv-mean", ordinary, 0.01, 0.95);
    // 4 of 1,000 may be flagged at 1 % with 95 % confidence.
    assertThat(SuspicionFit.score(model, ordinary.get(995))).isCloseTo(0.5, within(1e-12));
    assertThat(SuspicionFit.score(model, ordinary.get(996))).isGreaterThan(0.5);
    assertThat(SuspicionFit.score(model, ordinary.get(500))).isCloseTo(0.0180, within(1e-3));
  }
}
