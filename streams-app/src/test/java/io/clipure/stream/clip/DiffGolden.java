package io.clipure.stream.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.stream.purify.DiffPurifierSettings;
import io.clipure.stream.purify.GradientNorm;
import io.clipure.stream.purify.ImageNoise;
import io.clipure.stream.purify.NoiseSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code src/test/python/make_diff_golden.py} computed with PyTorch's automatic
 * differentiation through the whole prior in double precision.
 */
public record DiffGolden(
    int dimension,
    List<float[]> embeddings,
    JsonNode network,
    Map<Integer, Double> alphasCumulative,
    List<Case> cases) {

  /** One purification of all embeddings. */
  public record Case(
      String name, DiffPurifierSettings settings, JsonNode draws, double[][] purified) {
    /** The reference's noise of an embedding, as written in the file. */
    public NoiseSource noise(int image) {
      return new NoiseSource() {
        @Override
        public int timestep(int step, int draw, int least, int most) {
          return draws.get("timesteps").get(step).get(draw).get(image).asInt();
        }

        @Override
        public double[] gaussian(int step, int draw, int dimension) {
          return doubles(draws.get("noise").get(step).get(draw).get(image));
        }
      };
    }

    /** Our own noise of an embedding, from its digest. */
    public ImageNoise imageNoise(int image) {
      String digest = draws.get("digests").get(image).asText();
      return new ImageNoise(settings.seed(), HexFormat.of().parseHex(digest), image);
    }

    boolean hasDigests() {
      return draws.has("digests");
    }

    double firstLoss(int image) {
      return draws.get("first_losses").get(image).asDouble();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Reads the file. */
  public static DiffGolden load() {
    try (InputStream in = DiffGolden.class.getResourceAsStream("prior/diff-golden.json")) {
      JsonNode root = new ObjectMapper().readTree(in);
      List<float[]> embeddings = new ArrayList<>();
      root.get("embeddings").forEach(row -> embeddings.add(floats(row)));
      Map<Integer, Double> alphas = new TreeMap<>();
      root.get("alphas_cumprod")
          .properties()
          .forEach(
              field -> alphas.put(Integer.valueOf(field.getKey()), field.getValue().asDouble()));
      List<Case> cases = new ArrayList<>();
      for (JsonNode node : root.get("cases")) {
        DiffPurifierSettings settings =
            new DiffPurifierSettings(
                node.get("steps").asInt(),
                node.get("step_size").asDouble(),
                GradientNorm.valueOf(node.get("gradient_norm").asText().toUpperCase(Locale.ROOT)),
                node.get("least_timestep").asInt(),
                node.get("most_timestep").asInt(),
                node.get("noise_draws").asInt(),
                node.get("seed").asLong());
        cases.add(
            new Case(node.get("name").asText(), settings, node, matrix(node.get("purified"))));
      }
      return new DiffGolden(
          root.get("dim").asInt(), embeddings, root.get("network"), alphas, cases);
    } catch (IOException e) {
      throw new AssertionError("diff-golden.json is unreadable", e);
    }
  }

  static double[][] matrix(JsonNode rows) {
    double[][] matrix = new double[rows.size()][];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = doubles(rows.get(i));
    }
    return matrix;
  }

  static float[][] floatMatrix(JsonNode rows) {
    float[][] matrix = new float[rows.size()][];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = floats(rows.get(i));
    }
    return matrix;
  }

  private static double[] doubles(JsonNode row) {
    double[] values = new double[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i).asDouble();
    }
    return values;
  }

  private static float[] floats(JsonNode row) {
    float[] values = new float[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) row.get(i).asDouble();
    }
    return values;
  }
}
