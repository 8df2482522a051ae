package io.clipure.stream.redteam.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.ModelInfo.SuspicionModel;
import io.clipure.stream.clip.ModelInfo.SuspicionModel.Signal;
import io.clipure.stream.clip.TextEncoder;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.ClipJudge;
import io.clipure.stream.policy.ClipJudgeFactory;
import io.clipure.stream.policy.JudgeSettings;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.PurifyingImageEncoder;
import io.clipure.stream.policy.SuspicionSignals;
import io.clipure.stream.policy.ViewDecision;
import io.clipure.stream.purify.DiffPurifier;
import io.clipure.stream.purify.DiffPurifierSettings;
import io.clipure.stream.purify.DiffusionSchedule;
import io.clipure.stream.purify.GradientNorm;
import io.clipure.stream.purify.OnDevicePurifier;
import io.clipure.stream.purify.PriorNetwork;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.purify.PurifierPreset;
import io.clipure.stream.redteam.attack.AttackSettings;
import io.clipure.stream.redteam.attack.Attacked;
import io.clipure.stream.redteam.attack.Attacks;
import io.clipure.stream.redteam.attack.Budget;
import io.clipure.stream.redteam.attack.Norm;
import io.clipure.stream.redteam.attack.ProgressListener;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.ViewPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Losses and decisions of a whole deployment around a small encoder. */
class DeployedTargetTest {
  private static final int SIZE = 8;
  private static final int DIMENSION = 16;
  private static final LabelSet SET =
      new LabelSet(
          "test",
          "",
          "",
          List.of("{}"),
          List.of(
              label("pistol", "weapons", Action.BLOCK, 0.4, "pistol", "gun"),
              label("knife", "weapons", Action.BLOCK, 0.3, "knife"),
              label("beer", "alcohol", Action.REVIEW, null, "beer", "mug"),
              label("food", "benign", Action.ALLOW, 0.6, "food"),
              label("cat", "benign", Action.ALLOW, null, "cat", "kitten"),
              label("dog", "benign", Action.ALLOW, null, "dog")),
          null,
          null,
          false);

  private final TinyEncoder encoder = new TinyEncoder(SIZE, DIMENSION, 11);
  private final SplittableRandom random = new SplittableRandom(3);

  private static Label label(
      String id, String group, Action action, Double threshold, String... prompts) {
    return new Label(id, id, group, action, threshold, List.of(prompts));
  }

  /** Every signal, weighed so that none is lost beside the others. */
  private static SuspicionModel everySignal(ViewPlan plan) {
    List<Signal> signals = new ArrayList<>();
    for (String name : SuspicionSignals.NAMES) {
      signals.add(new Signal(name, 0.1, 0.3, 0.3 + 0.1 * signals.size()));
    }
    return new SuspicionModel(plan.id(), -2, signals);
  }

  private DeployedTarget target(
      ViewDecision mode, ViewPlan plan, boolean calibrated, boolean leaked) {
    return target(
        mode, plan, calibrated, leaked, encoder.serving(), PurifierPreset.GENTLE.purifier());
  }

  /** Behind CLIPure-Diff, whose prior shrinks and mirrors what it sees. */
  private DeployedTarget purifyingTarget(ViewDecision mode, ViewPlan plan, double stepSize) {
    DiffPurifierSettings settings =
        new DiffPurifierSettings(3, stepSize, GradientNorm.SAMPLE, 100, 900, 1, 9);
    DiffPurifier purifier =
        new DiffPurifier(settings, new DiffusionSchedule(1000), 4, new MirrorPrior());
    return target(
        mode,
        plan,
        true,
        false,
        new PurifyingImageEncoder(encoder.serving(), purifier, 9, () -> {}),
        new OnDevicePurifier(settings.id()));
  }

  private DeployedTarget target(
      ViewDecision mode,
      ViewPlan plan,
      boolean calibrated,
      boolean leaked,
      ImageEncoder serving,
      Purifier purifier) {
    ModelInfo.Calibration calibration =
        calibrated
            ? new ModelInfo.Calibration("c", 0.0, 0.0, 0.6, 1.3, Map.of(), everySignal(plan))
            : new ModelInfo.Calibration("c", 0.0, 0.0, null, 1.3, Map.of(), null);
    ModelInfo model =
        new ModelInfo("fake", "", SIZE, DIMENSION, 6, text("blank"), List.of("{}"), calibration);
    ClipJudge judge =
        new ClipJudgeFactory(
                model, new FakeTexts(), purifier, plan, new JudgeSettings(0, 0, null, false, mode))
            .compile(SET);
    return new DeployedTarget(
        encoder.gradient(),
        serving,
        judge,
        new KeyedViews(plan, "secret"),
        new Evasion(judge.scoreModel().labels()),
        new DeployedSettings(leaked, 1.5, 3, 7));
  }

  @ParameterizedTest
  @EnumSource(ViewDecision.class)
  void gradientsAreTheSlopesOfTheLosses(ViewDecision mode) {
    for (boolean calibrated : List.of(true, false)) {
      for (String plan : List.of("shift:2(reach=1),blur:1", "none")) {
        Target target = target(mode, ViewPlan.parse(plan, SIZE), calibrated, false);
        for (Loss loss : Loss.values()) {
          for (int label = 0; label < SET.labels().size(); label++) {
            checkSlope(target, loss, new Victim(label, bytes(), label));
          }
        }
      }
    }
  }

  private void checkSlope(Target target, Loss loss, Victim victim) {
    int aim =
        loss.targeted()
            ? (SET.labels().get(victim.label()).action() == Action.ALLOW && victim.label() == 4
                ? 5
                : 4)
            : Goal.ANY;
    Goal goal = new Goal(victim, aim, 77);
    float[] x = new float[SIZE * SIZE * 3];
    double[] direction = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (20 + 200 * random.nextDouble());
      direction[i] = random.nextDouble(-1, 1);
    }
    Evaluation at = target.gradients(List.of(x), List.of(goal), loss, 3).get(0);
    double along = 0;
    double length = 0;
    for (int i = 0; i < x.length; i++) {
      along += at.gradient()[i] * direction[i];
      length += at.gradient()[i] * at.gradient()[i];
    }
    double step = 0.02;
    double up = loss(target, x, direction, step, goal, loss);
    double down = loss(target, x, direction, -step, goal, loss);
    assertThat(along)
        .as(loss + " of " + SET.labels().get(victim.label()).id())
        .isEqualTo((up - down) / (2 * step), within(2e-2 * Math.sqrt(length) + 1e-4));
  }

  private static double loss(
      Target target, float[] x, double[] direction, double step, Goal goal, Loss loss) {
    float[] moved = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      moved[i] = (float) (x[i] + step * direction[i]);
    }
    return target.losses(List.of(moved), List.of(goal), loss, 3).get(0).loss();
  }

  @ParameterizedTest
  @EnumSource(ViewDecision.class)
  void theMarginIsBelowZeroExactlyWhereTheJudgeLetsAnImagePass(ViewDecision mode) {
    int evaded = 0;
    int decided = 0;
    for (boolean calibrated : List.of(true, false)) {
      for (String plan : List.of("shift:2(reach=1)", "none")) {
        Target target = target(mode, ViewPlan.parse(plan, SIZE), calibrated, false);
        for (int i = 0; i < 300; i++) {
          Victim victim = new Victim(i, bytes(), i % SET.labels().size());
          Scorer.Decision decision =
              target.decide(List.of(victim.pixels()), List.of(victim)).get(0);
          assertThat(decision.margin() < 0)
              .as("label %s, margin %s", victim.label(), decision.margin())
              .isEqualTo(decision.evades());
          evaded += decision.evades() ? 1 : 0;
          decided++;
        }
      }
    }
    assertThat(evaded).isBetween(decided / 10, decided * 9 / 10);
  }

  @Test
  void withTheKeyTheAttackerSeesTheDecision() {
    Target target =
        target(ViewDecision.WORST, ViewPlan.parse("shift:2(reach=1)", SIZE), true, true);
    assertThat(target.transparent()).isTrue();
    for (int i = 0; i < 50; i++) {
      Victim victim = new Victim(i, bytes(), i % 3);
      Evaluation seen =
          target
              .losses(
                  Batches.toFloats(List.of(victim.pixels())),
                  List.of(new Goal(victim, Goal.ANY, i)),
                  Loss.DECISION,
                  2)
              .get(0);
      Scorer.Decision made = target.decide(List.of(victim.pixels()), List.of(victim)).get(0);
      assertThat(seen.margin()).isEqualTo(made.margin(), within(1e-4));
    }
  }

  @Test
  void anAttackerWithTheKeyDoesNoWorseThanOneWithout() {
    ViewPlan plan = ViewPlan.parse("shift:2(reach=1)", SIZE);
    List<Victim> victims = new ArrayList<>();
    Target open = target(ViewDecision.WORST, plan, false, true);
    while (victims.size() < 40) {
      Victim victim = new Victim(victims.size(), bytes(), victims.size() % 3);
      if (!open.decide(List.of(victim.pixels()), List.of(victim)).get(0).evades()) {
        victims.add(victim);
      }
    }
    long leaked = successes(open, "adaptive", victims);
    Target secret = target(ViewDecision.WORST, plan, false, false);
    assertThat(secret.transparent()).isFalse();
    long adaptive = successes(secret, "adaptive", victims);
    assertThat(leaked).isGreaterThanOrEqualTo(adaptive);
    assertThat(adaptive).isPositive();
  }

  @Test
  void straightThroughAPurifierThatMovesNothingTheGradientIsTheSlope() {
    for (String plan : List.of("shift:2(reach=1),blur:1", "none")) {
      Target target = purifyingTarget(ViewDecision.MEAN, ViewPlan.parse(plan, SIZE), 0);
      for (Loss loss : Loss.values()) {
        checkSlope(target, loss, new Victim(0, bytes(), 0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ViewDecision.class)
  void aPurifierOnTheDeviceDecidesAndItsNoiseStaysSecret(ViewDecision mode) {
    int evaded = 0;
    for (String plan : List.of("shift:2(reach=1)", "none")) {
      Target target = purifyingTarget(mode, ViewPlan.parse(plan, SIZE), 0.3);
      assertThat(target.transparent()).isFalse();
      assertThat(target.id()).contains("purifier=straight-through");
      for (int i = 0; i < 60; i++) {
        Victim victim = new Victim(i, bytes(), i % SET.labels().size());
        Scorer.Decision decision = target.decide(List.of(victim.pixels()), List.of(victim)).get(0);
        assertThat(decision.margin() < 0)
            .as("label %s, margin %s", victim.label(), decision.margin())
            .isEqualTo(decision.evades());
        evaded += decision.evades() ? 1 : 0;
      }
    }
    assertThat(evaded).isBetween(5, 115);
  }

  @Test
  void theAttackersLossSeesThePurifierUnderNoiseOfEachDraw() {
    Victim victim = new Victim(0, bytes(), 0);
    List<float[]> image = Batches.toFloats(List.of(victim.pixels()));
    List<Double> seen = new ArrayList<>();
    for (double stepSize : new double[] {0, 0.3}) {
      Target target = purifyingTarget(ViewDecision.FIRST, ViewPlan.none(), stepSize);
      for (long seed = 1; seed <= 2; seed++) {
        List<Goal> goal = List.of(new Goal(victim, Goal.ANY, seed));
        double loss = target.losses(image, goal, Loss.CE, 2).get(0).loss();
        assertThat(target.gradients(image, goal, Loss.CE, 2).get(0).loss()).isEqualTo(loss);
        seen.add(loss);
      }
    }
    assertThat(seen.get(0)).isEqualTo(seen.get(1));
    assertThat(seen.get(2)).isNotEqualTo(seen.get(0)).isNotEqualTo(seen.get(3));
  }

  private static long successes(Target target, String attack, List<Victim> victims) {
    AttackSettings settings = AttackSettings.defaults(2).withSteps(20);
    return Attacks.named(attack)
        .run(target, victims, new Budget(Norm.LINF, 16), settings, ProgressListener.NONE)
        .stream()
        .filter(Attacked::success)
        .count();
  }

  private byte[] bytes() {
    byte[] pixels = new byte[SIZE * SIZE * 3];
    random.nextBytes(pixels);
    return pixels;
  }

  private static float[] text(String text) {
    Random random = new Random(text.hashCode() * 31L + 5);
    float[] vector = new float[DIMENSION];
    double square = 0;
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) random.nextGaussian();
      square += vector[d] * vector[d];
    }
    for (int d = 0; d < vector.length; d++) {
      vector[d] /= (float) Math.sqrt(square);
    }
    return vector;
  }

  /** x̂ = x with every second coordinate negated, at half its length. */
  private static final class MirrorPrior implements PriorNetwork {
    @Override
    public float[][] predict(float[][] noised, long[] timesteps) {
      float[][] result = new float[noised.length][];
      for (int i = 0; i < result.length; i++) {
        result[i] = noised[i].clone();
        for (int d = 0; d < result[i].length; d++) {
          result[i][d] *= d % 2 == 0 ? 0.5f : -0.5f;
        }
      }
      return result;
    }

    /** The map is its own transpose. */
    @Override
    public float[][] vjp(float[][] noised, long[] timesteps, float[][] cotangents) {
      return predict(cotangents, timesteps);
    }
  }

  private static final class FakeTexts implements TextEncoder {
    @Override
    public float[][] encode(List<String> texts) {
      return texts.stream().map(DeployedTargetTest::text).toArray(float[][]::new);
    }

    @Override
    public List<String> unknownWords(String text) {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
