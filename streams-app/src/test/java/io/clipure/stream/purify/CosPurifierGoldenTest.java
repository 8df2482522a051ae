package io.clipure.stream.purify;

import static io.clipure.stream.purify.Vectors.combine;
import static io.clipure.stream.purify.Vectors.dot;
import static io.clipure.stream.purify.Vectors.norm;
import static io.clipure.stream.purify.Vectors.unit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CosPurifierGoldenTest {
  private static final Offset<Double> TOLERANCE = within(1e-5);
  private static final GoldenCases GOLDEN = GoldenCases.load();

  static Stream<GoldenCases.Case> perImageCases() {
    return Stream.concat(GOLDEN.cases("sample").stream(), GOLDEN.cases("none").stream());
  }

  static Stream<GoldenCases.Case> batchCases() {
    return GOLDEN.cases("batch").stream();
  }

  @Test
  void the_golden_file_has_six_sample_two_none_and_two_batch_cases() {
    assertThat(GOLDEN.cases("sample")).hasSize(6);
    assertThat(GOLDEN.cases("none")).hasSize(2);
    assertThat(GOLDEN.cases("batch")).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("perImageCases")
  void the_closed_form_equals_automatic_differentiation(GoldenCases.Case golden) {
    Purifier purifier = new CosPurifier(golden.settings());
    for (int i = 0; i < GOLDEN.embeddings().length; i++) {
      double radius = norm(GOLDEN.embeddings()[i]);
      double[] u = unit(GOLDEN.embeddings()[i]);
      double[] t = unit(GOLDEN.anchor());
      PlanarRotation rotation = purifier.purify(dot(u, t));
      double[] purified = combine(rotation.alongAnchor(), t, rotation.alongInput(), u);

      for (int d = 0; d < u.length; d++) {
        assertThat(radius * purified[d]).isCloseTo(golden.purified()[i][d], TOLERANCE);
      }
      assertThat(rotation.cosineAfter()).isCloseTo(golden.cosineToAnchor()[i], TOLERANCE);
      assertThat(Math.cos(rotation.displacement())).isCloseTo(golden.cosineToInput()[i], TOLERANCE);
      for (int k = 0; k < GOLDEN.classes().length; k++) {
        double[] w = unit(GOLDEN.classes()[k]);
        assertThat(rotation.cosineTo(dot(t, w), dot(u, w)))
            .isCloseTo(golden.classCosines()[i][k], TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("batchCases")
  void the_batch_form_of_the_published_script_is_reproduced_by_the_reference(
      GoldenCases.Case golden) {
    double[][] purified =
        BatchReference.purify(
            GOLDEN.embeddings(), unit(GOLDEN.anchor()), golden.steps(), golden.stepSize());
    for (int i = 0; i < purified.length; i++) {
      assertThat(purified[i]).containsExactly(golden.purified()[i], TOLERANCE);
    }
  }

  @Test
  void the_batch_form_depends_on_batch_mates_and_the_closed_form_does_not() {
    double[] t = unit(GOLDEN.anchor());
    double[][] alone = {GOLDEN.embeddings()[0]};
    double[] single = BatchReference.purify(alone, t, 10, 0.5)[0];
    double[] among = BatchReference.purify(GOLDEN.embeddings(), t, 10, 0.5)[0];
    assertThat(dot(unit(single), unit(among))).isLessThan(0.99);

    double[] u = unit(GOLDEN.embeddings()[0]);
    PlanarRotation closed =
        new CosPurifier(new PurifierSettings(10, 0.5, GradientNorm.SAMPLE)).purify(dot(u, t));
    double[] expected = unit(single);
    double[] actual = combine(closed.alongAnchor(), t, closed.alongInput(), u);
    assertThat(actual).containsExactly(expected, TOLERANCE);
  }
}
