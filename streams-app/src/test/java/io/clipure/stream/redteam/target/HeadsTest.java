package io.clipure.stream.redteam.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.stream.purify.CosPurifier;
import io.clipure.stream.purify.GradientNorm;
import io.clipure.stream.purify.PurifierSettings;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Gradients through CLIPure-Cos against autograd ({@code
 * src/test/python/make_published_golden.py}): exact, and as the published evaluation takes them.
 */
class HeadsTest {
  private static JsonNode golden;
  private static ZeroShot zeroShot;
  private static PurifierSettings settings;

  @BeforeAll
  static void load() throws IOException {
    try (InputStream in = HeadsTest.class.getResourceAsStream("/redteam/published.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    double[][] prompts = new double[golden.get("prompts").size()][];
    for (int p = 0; p < prompts.length; p++) {
      prompts[p] = doubles(golden.get("prompts").get(p));
    }
    int[] labelOf = new int[prompts.length];
    for (int p = 0; p < labelOf.length; p++) {
      labelOf[p] = golden.get("labelOf").get(p).asInt();
    }
    zeroShot =
        new ZeroShot(
            prompts, labelOf, 3, doubles(golden.get("anchor")), golden.get("scale").asDouble());
    settings =
        new PurifierSettings(
            golden.get("steps").asInt(), golden.get("stepSize").asDouble(), GradientNorm.SAMPLE);
  }

  @Test
  void theExactGradientIsAutogradsWithItsGraphKept() {
    Head head = new ExactHead(zeroShot, new CosPurifier(settings));
    for (JsonNode one : golden.get("cases")) {
      double[] expected = doubles(one.get("exact64").get("gradient"));
      assertThat(distance(gradient(head, one), expected)).isLessThan(2e-5 * length(expected));
    }
  }

  @Test
  void inDoubleThePublishedGradientIsAutogradsWithoutIt() {
    Head head = new PublishedHead(zeroShot, settings, Precision.DOUBLE);
    for (JsonNode one : golden.get("cases")) {
      double[] expected = doubles(one.get("detached64").get("gradient"));
      double[] ours = gradient(head, one);
      assertThat(distance(ours, expected)).isLessThan(1e-3 * length(expected));
      double exact = length(doubles(one.get("exact64").get("gradient")));
      assertThat(length(ours) / exact).as("it has vanished").isBetween(1e-15, 1e-11);
    }
  }

  /** Single precision has the range: the purifier alone does not lose the direction there. */
  @Test
  void inSingleThePublishedGradientIsTinyAndStillAutograds() {
    Head head = new PublishedHead(zeroShot, settings, Precision.SINGLE);
    int compared = 0;
    for (JsonNode one : golden.get("cases")) {
      double[] expected = doubles(one.get("detached32").get("gradient"));
      if (length(doubles(one.get("exact64").get("gradient"))) > 1e-3) {
        assertThat(distance(gradient(head, one), expected)).isLessThan(0.01 * length(expected));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(5);
  }

  @Test
  void inHalfThePublishedGradientIsExactlyZero() {
    Head head = new PublishedHead(zeroShot, settings, Precision.HALF);
    for (JsonNode one : golden.get("cases")) {
      assertThat(length(gradient(head, one))).isZero();
      assertThat(length(doubles(one.get("detached16").get("gradient")))).isZero();
    }
  }

  @Test
  void theForwardPassIsRightAllTheWhile() {
    for (JsonNode one : golden.get("cases")) {
      for (Precision precision : new Precision[] {Precision.SINGLE, Precision.DOUBLE}) {
        assertThat(furthest(one, precision, "exact64")).as(precision.key()).isLessThan(5e-3);
      }
    }
  }

  /** Where the embedding lies close to the anchor, steps of 30 lose it in half precision. */
  @Test
  void inHalfTheForwardPassIsAutogradsToAFewRoundings() {
    int close = 0;
    for (JsonNode one : golden.get("cases")) {
      close += furthest(one, Precision.HALF, "detached16") < 1 ? 1 : 0;
    }
    assertThat(close).isGreaterThanOrEqualTo(golden.get("cases").size() * 3 / 4);
  }

  private static double furthest(JsonNode one, Precision precision, String reference) {
    double[] logits =
        new PublishedHead(zeroShot, settings, precision).forward(embedding(one)).logits();
    double[] expected = doubles(one.get(reference).get("logits"));
    double furthest = 0;
    for (int k = 0; k < expected.length; k++) {
      furthest = Math.max(furthest, Math.abs(logits[k] - expected[k]));
    }
    return furthest;
  }

  @Test
  void unnormalisedStepsAreDifferentiatedToo() {
    CosPurifier purifier = new CosPurifier(new PurifierSettings(10, 0.05, GradientNorm.NONE));
    for (double cosine = -0.95; cosine < 0.96; cosine += 0.1) {
      PlaneGradient at = PlaneGradient.at(purifier.settings(), cosine);
      double h = 1e-5;
      var up = purifier.purify(cosine + h);
      var down = purifier.purify(cosine - h);
      assertThat(at.anchorSlope())
          .isEqualTo((up.alongAnchor() - down.alongAnchor()) / (2 * h), within(1e-6));
      assertThat(at.inputSlope())
          .isEqualTo((up.alongInput() - down.alongInput()) / (2 * h), within(1e-6));
      assertThat(at.displacementSlope())
          .isEqualTo((up.displacement() - down.displacement()) / (2 * h), within(1e-6));
    }
  }

  @Test
  void halfPrecisionRoundsToEvenAndUnderflowsGradually() {
    assertThat(Precision.HALF.round(1 + 0x1p-11)).isEqualTo(1);
    assertThat(Precision.HALF.round(1 + 3 * 0x1p-11)).isEqualTo(1 + 0x1p-9);
    assertThat(Precision.HALF.round(0x1p-25)).isZero();
    assertThat(Precision.HALF.round(0x1.8p-24)).isEqualTo(0x1p-23);
    assertThat(Precision.HALF.round(65519)).isEqualTo(65504);
    assertThat(Precision.HALF.round(-65520)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  private static double[] gradient(Head head, JsonNode one) {
    Head.Pass pass = head.forward(embedding(one));
    double[] slope = new double[3];
    boolean[] own = {false, true, false};
    LogitLoss.of(Loss.CE, pass.logits(), own, Goal.ANY, slope);
    float[] gradient = pass.pullBack(slope);
    double[] result = new double[gradient.length];
    for (int d = 0; d < result.length; d++) {
      result[d] = gradient[d];
    }
    return result;
  }

  private static float[] embedding(JsonNode one) {
    double[] values = doubles(one.get("embedding"));
    float[] embedding = new float[values.length];
    for (int d = 0; d < values.length; d++) {
      embedding[d] = (float) values[d];
    }
    return embedding;
  }

  private static double distance(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int d = 0; d < a.length; d++) {
      difference[d] = a[d] - b[d];
    }
    return length(difference);
  }

  private static double length(double[] vector) {
    return Math.sqrt(ZeroShot.dot(vector, vector));
  }

  private static double[] doubles(JsonNode node) {
    double[] values = new double[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.get(i).asDouble();
    }
    return values;
  }
}
