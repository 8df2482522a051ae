package io.clipure.stream.redteam.attack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.stream.redteam.target.Evaluation;
import io.clipure.stream.redteam.target.Goal;
import io.clipure.stream.redteam.target.LogitLoss;
import io.clipure.stream.redteam.target.Loss;
import io.clipure.stream.redteam.target.Meter;
import io.clipure.stream.redteam.target.Misclassification;
import io.clipure.stream.redteam.target.Target;
import io.clipure.stream.redteam.target.Victim;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The two-layer tanh network of {@code models/reference_attacks.py}, differentiated by hand: small
 * enough to be attacked by the reference implementation and by ours.
 */
final class TinyNetwork implements Target {
  private final int size;
  private final int hidden;
  private final int classes;
  private final float[] first;
  private final float[] firstBias;
  private final float[] second;
  private final float[] secondBias;
  private final Misclassification objective;
  private final Meter meter = new Meter();

  TinyNetwork(JsonNode json) {
    size = json.get("side").asInt();
    hidden = json.get("hidden").asInt();
    classes = json.get("classes").asInt();
    JsonNode weights = json.get("weights");
    first = floats(weights.get("first.weight").asText());
    firstBias = floats(weights.get("first.bias").asText());
    second = floats(weights.get("second.weight").asText());
    secondBias = floats(weights.get("second.bias").asText());
    objective = new Misclassification(classes);
  }

  static JsonNode reference() throws IOException {
    try (InputStream in = TinyNetwork.class.getResourceAsStream("/redteam/attacks.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  static List<Victim> victims(JsonNode json) {
    byte[] pixels = Base64.getDecoder().decode(json.get("pixels").asText());
    JsonNode labels = json.get("labels");
    int each = pixels.length / labels.size();
    List<Victim> victims = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      byte[] own = new byte[each];
      System.arraycopy(pixels, i * each, own, 0, each);
      victims.add(new Victim(i, own, labels.get(i).asInt()));
    }
    return victims;
  }

  @Override
  public String id() {
    return "tiny";
  }

  @Override
  public int imageSize() {
    return size;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public boolean transparent() {
    return true;
  }

  @Override
  public boolean[] own(int label) {
    return objective.own(label);
  }

  @Override
  public double[][] logits(List<float[]> pixels) {
    meter.addForwards(pixels.size());
    return pixels.stream().map(x -> logits(activations(x))).toArray(double[][]::new);
  }

  @Override
  public List<Evaluation> gradients(List<float[]> pixels, List<Goal> goals, Loss loss, int draws) {
    meter.addGradients(pixels.size());
    return evaluate(pixels, goals, loss, true);
  }

  @Override
  public List<Evaluation> losses(List<float[]> pixels, List<Goal> goals, Loss loss, int draws) {
    return evaluate(pixels, goals, loss, false);
  }

  @Override
  public List<Decision> decide(List<byte[]> pixels, List<Victim> victims) {
    meter.addQueries(pixels.size());
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < pixels.size(); i++) {
      double[] logits = logits(activations(Images.toFloats(pixels.get(i))));
      double margin = objective.margin(logits, victims.get(i).label(), null);
      decisions.add(new Decision(margin, margin < 0));
    }
    return decisions;
  }

  @Override
  public Meter meter() {
    return meter;
  }

  private List<Evaluation> evaluate(
      List<float[]> pixels, List<Goal> goals, Loss loss, boolean differentiate) {
    meter.addForwards(pixels.size());
    List<Evaluation> result = new ArrayList<>();
    for (int i = 0; i < pixels.size(); i++) {
      double[] activations = activations(pixels.get(i));
      double[] logits = logits(activations);
      int label = goals.get(i).victim().label();
      double[] slope = new double[classes];
      double margin = objective.margin(logits, label, loss == Loss.DECISION ? slope : null);
      double value = -margin;
      if (loss == Loss.DECISION) {
        for (int k = 0; k < classes; k++) {
          slope[k] = -slope[k];
        }
      } else {
        value = LogitLoss.of(loss, logits, own(label), goals.get(i).aim(), slope);
      }
      float[] gradient = differentiate ? pullBack(activations, slope) : null;
      result.add(new Evaluation(value, gradient, margin, margin < 0 ? 1 : 0));
    }
    return result;
  }

  private double[] activations(float[] pixels) {
    double[] result = new double[hidden];
    for (int h = 0; h < hidden; h++) {
      double sum = firstBias[h];
      for (int i = 0; i < pixels.length; i++) {
        sum += first[h * pixels.length + i] * (pixels[i] / 255.0 - 0.5);
      }
      result[h] = Math.tanh(sum);
    }
    return result;
  }

  private double[] logits(double[] activations) {
    double[] logits = new double[classes];
    for (int k = 0; k < classes; k++) {
      double sum = secondBias[k];
      for (int h = 0; h < hidden; h++) {
        sum += second[k * hidden + h] * activations[h];
      }
      logits[k] = sum;
    }
    return logits;
  }

  private float[] pullBack(double[] activations, double[] slope) {
    int pixels = first.length / hidden;
    double[] sum = new double[pixels];
    for (int h = 0; h < hidden; h++) {
      double back = 0;
      for (int k = 0; k < classes; k++) {
        back += slope[k] * second[k * hidden + h];
      }
      back *= (1 - activations[h] * activations[h]) / 255;
      for (int i = 0; i < pixels; i++) {
        sum[i] += back * first[h * pixels + i];
      }
    }
    float[] gradient = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      gradient[i] = (float) sum[i];
    }
    return gradient;
  }

  private static float[] floats(String base64) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    float[] values = new float[bytes.capacity() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
