package io.clipure.stream.purify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Embeddings and results computed by automatic differentiation in double precision, by a program
 * that shares nothing with ours.
 */
record GoldenCases(double[][] embeddings, double[] anchor, double[][] classes, List<Case> cases) {

  /** One setting and its results, one row per embedding; {@code purified} keeps the radius. */
  record Case(
      int steps,
      double stepSize,
      String gradientNorm,
      double[][] purified,
      double[] cosineToInput,
      double[] cosineToAnchor,
      double[][] classCosines) {

    PurifierSettings settings() {
      return new PurifierSettings(
          steps, stepSize, GradientNorm.valueOf(gradientNorm.toUpperCase(Locale.ROOT)));
    }

    @Override
    public String toString() {
      return gradientNorm + ", " + steps + " steps of " + stepSize;
    }
  }

  static GoldenCases load() {
    try (InputStream in = GoldenCases.class.getResourceAsStream("clipure-cos.json")) {
      JsonNode root = new ObjectMapper().readTree(in);
      List<Case> cases = new ArrayList<>();
      for (JsonNode node : root.get("cases")) {
        cases.add(
            new Case(
                node.get("steps").asInt(),
                node.get("step_size").asDouble(),
                node.get("gradient_norm").asText(),
                matrix(node.get("purified")),
                vector(node.get("cosine_to_input")),
                vector(node.get("cosine_to_anchor")),
                matrix(node.get("class_cosines"))));
      }
      return new GoldenCases(
          matrix(root.get("embeddings")),
          vector(root.get("anchor")),
          matrix(root.get("class_embeddings")),
          cases);
    } catch (IOException e) {
      throw new AssertionError("clipure-cos.json is unreadable", e);
    }
  }

  List<Case> cases(String gradientNorm) {
    return cases.stream().filter(c -> c.gradientNorm().equals(gradientNorm)).toList();
  }

  private static double[][] matrix(JsonNode rows) {
    double[][] matrix = new double[rows.size()][];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = vector(rows.get(i));
    }
    return matrix;
  }

  private static double[] vector(JsonNode values) {
    double[] vector = new double[values.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.get(i).asDouble();
    }
    return vector;
  }
}
