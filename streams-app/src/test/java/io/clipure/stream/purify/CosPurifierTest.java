package io.clipure.stream.purify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CosPurifierTest {

  static Stream<PurifierSettings> settings() {
    return Stream.of(0, 1, 2, 9, 10, 100)
        .flatMap(
            steps ->
                Stream.of(0.0, 0.005, 0.1, 1.0, 30.0, 1e9)
                    .flatMap(
                        size ->
                            Stream.of(GradientNorm.values())
                                .map(norm -> new PurifierSettings(steps, size, norm))));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void the_result_is_a_unit_vector_with_the_reported_angles(PurifierSettings settings) {
    Purifier purifier = new CosPurifier(settings);
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      double c = 2 * random.nextDouble() - 1;
      PlanarRotation r = purifier.purify(c);
      double a = r.alongAnchor();
      double b = r.alongInput();
      assertThat(a * a + b * b + 2 * a * b * c).isCloseTo(1, within(1e-9));
      assertThat(r.cosineTo(1, c)).isCloseTo(r.cosineAfter(), within(1e-9));
      assertThat(r.cosineTo(c, 1)).isCloseTo(Math.cos(r.displacement()), within(1e-9));
      assertThat(r.displacement()).isBetween(0.0, Math.PI);
      assertThat(r.cosineBefore()).isEqualTo(c);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void an_embedding_on_the_anchor_or_opposite_to_it_stays(PurifierSettings settings) {
    Purifier purifier = new CosPurifier(settings);
    for (double c : new double[] {1, -1, 1 + 1e-12, -1 - 1e-12, Math.nextDown(1.0)}) {
      PlanarRotation r = purifier.purify(c);
      assertThat(r.alongAnchor()).isZero();
      assertThat(r.alongInput()).isOne();
      assertThat(r.displacement()).isZero();
      assertThat(r.cosineAfter()).isBetween(-1.0, 1.0);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-7, 1e-6, 1.1e-6, 1e-4, 0.01})
  void angles_near_zero_and_pi_give_finite_unit_results(double angle) {
    for (PurifierSettings settings : settings().toList()) {
      for (double theta : new double[] {angle, Math.PI - angle}) {
        double c = Math.cos(theta);
        PlanarRotation r = new CosPurifier(settings).purify(c);
        double norm =
            r.alongAnchor() * r.alongAnchor()
                + r.alongInput() * r.alongInput()
                + 2 * r.alongAnchor() * r.alongInput() * c;
        assertThat(norm).isCloseTo(1, within(1e-3));
        assertThat(r.cosineAfter()).isBetween(-1.0, 1.0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(GradientNorm.class)
  void zero_steps_and_a_zero_step_size_change_nothing(GradientNorm norm) {
    for (PurifierSettings settings :
        List.of(new PurifierSettings(0, 30, norm), new PurifierSettings(10, 0, norm))) {
      assertThat(new CosPurifier(settings).purify(0.3))
          .isEqualTo(new PlanarRotation(0, 1, 0.3, 0.3, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.04, 0.05, 0.2, 0.35, 0.4})
  void the_published_setting_returns_its_input_for_even_steps_and_the_anchor_for_odd(double c) {
    PlanarRotation even = PurifierPreset.PAPER.purifier().purify(c);
    assertThat(Math.cos(even.displacement())).isGreaterThan(0.999);
    PlanarRotation odd =
        new CosPurifier(new PurifierSettings(9, 30, GradientNorm.SAMPLE)).purify(c);
    assertThat(odd.cosineAfter()).isGreaterThan(0.88).isGreaterThan(c);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.9, -0.2, 0.03})
  void the_published_setting_mirrors_an_input_more_than_arctan_30_away_from_the_anchor(double c) {
    double theta = Math.acos(c);
    double afterTwo = theta - 2 * Math.atan(30);
    PlanarRotation ten = PurifierPreset.PAPER.purifier().purify(c);
    assertThat(ten.cosineAfter()).isCloseTo(Math.cos(afterTwo), within(1e-9));
  }

  @Test
  void small_unnormalised_steps_converge_to_the_anchor_without_passing_it() {
    double last = 0.2;
    for (int steps = 1; steps < 400; steps++) {
      PlanarRotation r =
          new CosPurifier(new PurifierSettings(steps, 0.05, GradientNorm.NONE)).purify(0.2);
      assertThat(r.cosineAfter()).isGreaterThanOrEqualTo(last);
      assertThat(r.alongInput()).isPositive();
      last = r.cosineAfter();
    }
    assertThat(last).isCloseTo(1, within(1e-6));
  }

  @Test
  void the_default_turns_four_to_five_percent_of_the_angle() {
    Purifier gentle = PurifierPreset.GENTLE.purifier();
    for (double degrees = 5; degrees <= 80; degrees += 5) {
      double theta = Math.toRadians(degrees);
      double share = gentle.purify(Math.cos(theta)).displacement() / theta;
      assertThat(share).isBetween(0.034, 0.051);
    }
  }

  @Test
  void results_depend_on_nothing_that_was_purified_before_or_besides() {
    Purifier shared = PurifierPreset.GENTLE.purifier();
    Random random = new Random(11);
    List<Double> cosines = random.doubles(200, -1, 1).boxed().toList();
    List<PlanarRotation> inOrder = new ArrayList<>();
    cosines.forEach(c -> inOrder.add(shared.purify(c)));
    for (int i = cosines.size() - 1; i >= 0; i--) {
      assertThat(shared.purify(cosines.get(i))).isEqualTo(inOrder.get(i));
      assertThat(PurifierPreset.GENTLE.purifier().purify(cosines.get(i))).isEqualTo(inOrder.get(i));
    }
  }

  @Test
  void off_is_the_identity() {
    assertThat(PurifierPreset.OFF.purifier().purify(-0.4))
        .isEqualTo(new PlanarRotation(0, 1, -0.4, -0.4, 0));
  }

  @Test
  void ids_name_the_method_and_every_setting() {
    assertThat(PurifierPreset.PAPER.purifier().id())
        .isEqualTo("cos(steps=10,step-size=30.0,gradient-norm=sample)");
    assertThat(PurifierPreset.GENTLE.purifier().id())
        .isEqualTo("cos(steps=10,step-size=0.005,gradient-norm=none)");
    assertThat(PurifierPreset.OFF.purifier().id()).isEqualTo("off");
  }

  @Test
  void presets_are_found_by_name_and_a_wrong_name_lists_them() {
    assertThat(PurifierPreset.named("paper")).isEqualTo(PurifierPreset.PAPER);
    assertThatThrownBy(() -> PurifierPreset.named("strong"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("purifier is \"strong\", expected one of gentle, paper, off");
  }

  @Test
  void settings_out_of_range_are_refused_by_name() {
    assertThatThrownBy(() -> new PurifierSettings(-1, 30, GradientNorm.SAMPLE))
        .hasMessage("purifier steps is -1, expected 0 to 10000");
    for (double size : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new PurifierSettings(1, size, GradientNorm.SAMPLE))
          .hasMessageContaining("purifier step size is " + size);
    }
  }

  @ParameterizedTest
  @EnumSource(PurifierPreset.class)
  void a_cosine_that_is_not_a_number_is_refused(PurifierPreset preset) {
    assertThatThrownBy(() -> preset.purifier().purify(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a number");
  }
}
