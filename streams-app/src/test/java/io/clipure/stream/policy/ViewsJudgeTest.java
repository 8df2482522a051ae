package io.clipure.stream.policy;

import static io.clipure.stream.policy.Sets.label;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.stream.clip.BundleException;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.TextEncoder;
import io.clipure.stream.purify.CosPurifier;
import io.clipure.stream.purify.GradientNorm;
import io.clipure.stream.purify.PurifierPreset;
import io.clipure.stream.purify.PurifierSettings;
import io.clipure.stream.views.ViewPlan;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Decisions and suspicion over an image's views. */
class ViewsJudgeTest {
  private static final int DIMENSION = 32;
  private static final ViewPlan TWO = ViewPlan.parse("shift:2", 64);
  private static final LabelSet SET =
      Sets.set(
          label("pistol", "weapons", Action.BLOCK, 0.6),
          label("beer", "alcohol", Action.REVIEW, null),
          label("food", "benign", Action.ALLOW, 0.9),
          label("cat", "benign", Action.ALLOW, null));

  private final FakeTextEncoder encoder = new FakeTextEncoder(DIMENSION);

  private ClipJudge judge(ViewDecision mode, ModelInfo.Calibration calibration) {
    return new ClipJudgeFactory(
            Sets.model(DIMENSION, calibration),
            encoder,
            PurifierPreset.OFF.purifier(),
            TWO,
            new JudgeSettings(0, 0, null, false, mode))
        .compile(SET);
  }

  private ImageEmbeddings seen(String... texts) {
    float[][] views = new float[texts.length][];
    for (int v = 0; v < views.length; v++) {
      views[v] = encoder.embedding(texts[v]);
    }
    return new ImageEmbeddings(views, null);
  }

  /** Somewhere between two texts: neither is certain. */
  private float[] between(String one, String other, float share) {
    float[] a = encoder.embedding(one);
    float[] b = encoder.embedding(other);
    for (int d = 0; d < a.length; d++) {
      a[d] = share * a[d] + b[d];
    }
    return a;
  }

  @Test
  void the_worst_view_decides_and_its_label_answers() {
    Judge judge = judge(ViewDecision.WORST, null);
    Verdict verdict = judge.judge(seen("a cat", "a beer", "a pistol"));
    assertThat(verdict.decision()).isEqualTo(Action.BLOCK);
    assertThat(verdict.decidedBy()).isEqualTo("pistol");
    assertThat(verdict.topLabel()).isEqualTo("cat");
    assertThat(verdict.views())
        .extracting(Verdict.SeenView::topLabel)
        .containsExactly("beer", "pistol");
    assertThat(verdict.views())
        .extracting(Verdict.SeenView::decision)
        .containsExactly(Action.REVIEW, Action.BLOCK);
    assertThat(judge.judge(seen("a cat", "a cat", "a beer")).decidedBy()).isEqualTo("beer");
  }

  @Test
  void no_view_lowers_a_decision() {
    Verdict verdict = judge(ViewDecision.WORST, null).judge(seen("a pistol", "a cat", "a cat"));
    assertThat(verdict.decision()).isEqualTo(Action.BLOCK);
    assertThat(verdict.decidedBy()).isEqualTo("pistol");
  }

  @Test
  void a_view_that_is_only_doubtful_raises_nothing_but_doubt_of_the_image_itself_stays() {
    Judge judge = judge(ViewDecision.WORST, null);
    // The top label food asks for 0.9 and does not reach it.
    float[] doubtful = between("a food", "a cat", 1);
    for (float share = 1; !judge.judge(doubtful).decidedBy().equals("food"); share += 0.02f) {
      doubtful = between("a food", "a cat", share);
    }
    float[] cat = encoder.embedding("a cat");
    Verdict alone = judge.judge(doubtful);
    assertThat(alone.decision()).isEqualTo(Action.REVIEW);
    assertThat(alone.decidedBy()).isEqualTo("food");

    Verdict view = judge.judge(new ImageEmbeddings(new float[][] {cat, doubtful, cat}, null));
    assertThat(view.decision()).isEqualTo(Action.ALLOW);
    assertThat(view.views().get(0).decision()).isEqualTo(Action.REVIEW);

    Verdict image = judge.judge(new ImageEmbeddings(new float[][] {doubtful, cat, cat}, null));
    assertThat(image.decision()).isEqualTo(Action.REVIEW);
    assertThat(image.flags().toString()).contains("below its own threshold 0.9000");

    float[] beer = encoder.embedding("a beer");
    Verdict firm = judge.judge(new ImageEmbeddings(new float[][] {doubtful, cat, beer}, null));
    assertThat(firm.decision()).isEqualTo(Action.REVIEW);
    assertThat(firm.decidedBy()).isEqualTo("beer");
  }

  @Test
  void by_setting_the_image_alone_or_the_mean_decides() {
    ImageEmbeddings one = seen("a cat", "a cat", "a pistol");
    assertThat(judge(ViewDecision.FIRST, null).judge(one).decision()).isEqualTo(Action.ALLOW);
    assertThat(judge(ViewDecision.MEAN, null).judge(one).decision()).isEqualTo(Action.ALLOW);
    ImageEmbeddings most = seen("a cat", "a pistol", "a pistol");
    assertThat(judge(ViewDecision.FIRST, null).judge(most).decision()).isEqualTo(Action.ALLOW);
    Verdict mean = judge(ViewDecision.MEAN, null).judge(most);
    assertThat(mean.decision()).isEqualTo(Action.BLOCK);
    assertThat(mean.topLabel()).isEqualTo("cat");
  }

  @ParameterizedTest
  @EnumSource(ViewDecision.class)
  void an_image_seen_once_is_decided_as_ever_and_raises_no_suspicion(ViewDecision mode) {
    Verdict verdict = judge(mode, null).judge(encoder.embedding("a beer"));
    assertThat(verdict.decision()).isEqualTo(Action.REVIEW);
    assertThat(verdict.views()).isEmpty();
    assertThat(verdict.suspicion().signals())
        .containsEntry("view-tv-mean", 0.0)
        .containsEntry("view-harm-gap", 0.0);
    assertThat(verdict.suspicion().flagged()).isFalse();
  }

  @Test
  void another_number_of_views_than_planned_is_refused() {
    assertThatThrownBy(() -> judge(ViewDecision.WORST, null).judge(seen("a cat", "a cat")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "2 embeddings of one image, expected its own and those of the views"
                + " shift:2(reach=3)");
  }

  @Test
  void uncalibrated_suspicion_is_the_mean_total_variation_and_the_flag_says_so() {
    Judge judge = judge(ViewDecision.WORST, null);
    assertThat(judge.judge(seen("a cat", "a cat", "a cat")).suspicion().score())
        .isCloseTo(0, within(1e-12));
    Verdict verdict = judge.judge(seen("a cat", "a beer", "a cat"));
    assertThat(verdict.suspicion().rule()).isEqualTo("view-disagreement/1");
    assertThat(verdict.suspicion().score())
        .isEqualTo(verdict.suspicion().signals().get("view-tv-mean"))
        .isCloseTo(verdict.views().get(0).totalVariation() / 2, within(1e-12));
    assertThat(verdict.suspicion().threshold()).isEqualTo(0.5);

    Verdict flagged = judge.judge(seen("a cat", "a beer", "a pistol"));
    assertThat(flagged.flags())
        .singleElement()
        .satisfies(
            flag -> {
              assertThat(flag.kind()).isEqualTo(Verdict.FlagKind.SUSPECTED_ADVERSARIAL);
              assertThat(flag.reason())
                  .matches(
                      "suspicion score [01]\\.\\d{4} \\(view-disagreement/1\\) reaches the threshold 0\\.5000:"
                          + " on average \\d+\\.\\d % of the probability moves with the picture, .*"
                          + " in 100 % of the views .*not calibrated\\)");
            });
  }

  @Test
  void signals_scores_and_the_calibrated_score_are_those_of_the_independent_implementation()
      throws IOException {
    JsonNode golden;
    try (InputStream file = getClass().getResourceAsStream("/views/golden.json")) {
      golden = new ObjectMapper().readTree(file).get("suspicion");
    }
    List<ModelInfo.SuspicionModel.Signal> terms = new ArrayList<>();
    for (JsonNode term : golden.get("terms")) {
      terms.add(
          new ModelInfo.SuspicionModel.Signal(
              term.get("name").asText(),
              term.get("mean").asDouble(),
              term.get("scale").asDouble(),
              term.get("weight").asDouble()));
    }
    ModelInfo.SuspicionModel suspicion =
        new ModelInfo.SuspicionModel(TWO.id(), golden.get("bias").asDouble(), terms);
    float[] anchor = vector(golden.get("anchor"));
    ModelInfo model =
        new ModelInfo(
            "golden",
            "0".repeat(64),
            64,
            anchor.length,
            golden.get("logitScale").asDouble(),
            anchor,
            List.of("{}"),
            new ModelInfo.Calibration(
                "c", null, null, 0.0, golden.get("temperature").asDouble(), Map.of(), suspicion));
    Map<String, float[]> prompts = new HashMap<>();
    for (int p = 0; p < 6; p++) {
      prompts.put("p" + p, vector(golden.get("prompts").get(p)));
    }
    LabelSet set =
        LabelSets.digested(
            Sets.content(
                List.of("{}"),
                label("block", "g", Action.BLOCK, null, "p0", "p1"),
                label("review", "g", Action.REVIEW, null, "p2", "p3"),
                label("allow", "g", Action.ALLOW, null, "p4", "p5")));
    ClipJudge judge =
        new ClipJudgeFactory(
                model,
                new Given(prompts),
                new CosPurifier(new PurifierSettings(10, 0.02, GradientNorm.NONE)),
                TWO,
                JudgeSettings.defaults())
            .compile(set);

    Verdict verdict =
        judge.judge(
            new ImageEmbeddings(
                new float[][] {
                  vector(golden.get("views").get(0)),
                  vector(golden.get("views").get(1)),
                  vector(golden.get("views").get(2))
                },
                null));

    assertThat(verdict.suspicion().signals()).containsOnlyKeys(SuspicionSignals.NAMES);
    verdict
        .suspicion()
        .signals()
        .forEach(
            (name, value) ->
                assertThat(value)
                    .as(name)
                    .isCloseTo(golden.get("signals").get(name).asDouble(), within(1e-6)));
    assertThat(verdict.suspicion().score()).isCloseTo(golden.get("score").asDouble(), within(1e-6));
    for (int k = 0; k < 3; k++) {
      assertThat(verdict.scores().get(k).score())
          .isCloseTo(golden.get("scores").get(0).get(k).asDouble(), within(1e-6));
    }
    assertThat(verdict.suspicion().rule()).isEqualTo("view-disagreement/1(calibrated)");
    assertThat(judge.scoreModel().suspicion()).isEqualTo(suspicion);
    assertThat(judge.scoreModel().logitScale()).isEqualTo(16);
  }

  @Test
  void a_calibrated_flag_names_the_signals_with_value_clean_mean_deviations_and_contribution() {
    ModelInfo.SuspicionModel suspicion =
        new ModelInfo.SuspicionModel(
            TWO.id(),
            -1,
            List.of(
                new ModelInfo.SuspicionModel.Signal("view-tv-mean", 0.05, 0.1, 1),
                new ModelInfo.SuspicionModel.Signal("margin", 0.9, 0.1, 0.5),
                new ModelInfo.SuspicionModel.Signal("view-top-changed", 0, 0.25, 2)));
    ModelInfo.Calibration calibration =
        new ModelInfo.Calibration("c", null, null, 0.9, 1, Map.of(), suspicion);
    Verdict verdict =
        judge(ViewDecision.WORST, calibration).judge(seen("a cat", "a beer", "a pistol"));
    assertThat(verdict.suspicion().threshold()).isEqualTo(0.9);
    assertThat(verdict.flags().get(0).reason())
        .matches(
            "suspicion score [01]\\.\\d{4} \\(view-disagreement/1\\(calibrated\\)\\) reaches the"
                + " threshold 0\\.9000: (view-\\S+) \\d\\.\\d{4} is \\d\\.\\d clean standard"
                + " deviations above the clean mean \\d\\.\\d{4} \\(adds \\d+\\.\\d\\d\\).*")
        .contains(
            "view-top-changed 1.0000 is 4.0 clean standard deviations above the clean mean 0.0000"
                + " (adds 8.00)");
  }

  @Test
  void a_model_of_other_views_is_not_used_and_one_of_unknown_signals_is_refused() {
    ModelInfo.SuspicionModel other =
        new ModelInfo.SuspicionModel(
            "shift:4(reach=3)",
            0,
            List.of(new ModelInfo.SuspicionModel.Signal("view-tv-mean", 0, 1, 1)));
    Judge judge =
        judge(
            ViewDecision.WORST,
            new ModelInfo.Calibration("c7", null, null, 0.123, 1, Map.of(), other));
    assertThat(judge.warnings())
        .containsExactly(
            "calibration \"c7\" measured suspicion with the views shift:4(reach=3), but"
                + " shift:2(reach=3) are configured: the score is not calibrated; configure those"
                + " views or calibrate with these");
    Verdict.Suspicion suspicion = judge.judge(seen("a cat", "a cat", "a cat")).suspicion();
    assertThat(suspicion.rule()).isEqualTo("view-disagreement/1");
    assertThat(suspicion.threshold()).isEqualTo(0.5);

    ModelInfo.SuspicionModel unknown =
        new ModelInfo.SuspicionModel(
            TWO.id(), 0, List.of(new ModelInfo.SuspicionModel.Signal("aura", 0, 1, 1)));
    assertThatThrownBy(
            () ->
                judge(
                    ViewDecision.WORST,
                    new ModelInfo.Calibration("c8", null, null, null, 1, Map.of(), unknown)))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith(
            "bundle fake: calibration c8: the suspicion model weighs a signal \"aura\"; expected"
                + " view-tv-mean, ");
  }

  @Test
  void a_calibrations_label_threshold_is_in_force_where_the_set_has_none() {
    ModelInfo.Calibration calibration =
        new ModelInfo.Calibration(
            "c", null, null, null, 1, Map.of("cat", 1.0, "pistol", 0.0), null);
    Verdict verdict = judge(ViewDecision.WORST, calibration).judge(encoder.embedding("a cat"));
    assertThat(verdict.decision()).isEqualTo(Action.REVIEW);
    assertThat(verdict.scores().get(0).label().threshold()).isEqualTo(0.6);
    assertThat(verdict.scores().get(3).label().threshold()).isEqualTo(1.0);
  }

  @Test
  void vectors_that_a_device_purified_are_scored_as_they_are() {
    Judge judge = judge(ViewDecision.WORST, null);
    float[] cat = encoder.embedding("a cat");
    float[] pistol = encoder.embedding("a pistol");
    Verdict verdict =
        judge.judge(
            new ImageEmbeddings(new float[][] {cat, cat, cat}, new float[][] {pistol, cat, cat}));
    assertThat(verdict.topLabel()).isEqualTo("pistol");
    assertThat(verdict.topLabelChanged()).isTrue();
    assertThat(verdict.scores().get(3).scoreBefore()).isGreaterThan(0.5);
    UnitVector before = UnitVector.of(cat, "cat");
    UnitVector after = UnitVector.of(pistol, "pistol");
    assertThat(Math.cos(verdict.purification().displacement()))
        .isCloseTo(UnitVector.dot(before.values(), after.values()), within(1e-9));
  }

  private static float[] vector(JsonNode numbers) {
    float[] vector = new float[numbers.size()];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) numbers.get(d).asDouble();
    }
    return vector;
  }

  /** Knows the texts it was given. */
  private record Given(Map<String, float[]> texts) implements TextEncoder {
    @Override
    public float[][] encode(List<String> wanted) {
      return wanted.stream().map(texts::get).toArray(float[][]::new);
    }

    @Override
    public List<String> unknownWords(String text) {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
