package io.clipure.stream.redteam.target;

import io.clipure.stream.clip.ImageGradient;
import java.util.ArrayList;
import java.util.List;

/**
 * One encoder pass, one head, nothing secret: plain CLIP, CLIPure-Cos as published, or the same
 * differentiated exactly, depending on the head. Images made on the plain one and judged by another
 * target are transfer attacks.
 */
public final class SingleViewTarget implements Target {
  private final ImageGradient encoder;
  private final Head head;
  private final Objective objective;
  private final int batch;
  private final Meter meter = new Meter();

  /**
   * A target; does not own the encoder.
   *
   * @param batch most images given to the encoder at once
   */
  public SingleViewTarget(ImageGradient encoder, Head head, Objective objective, int batch) {
    this.encoder = encoder;
    this.head = head;
    this.objective = objective;
    this.batch = batch;
  }

  @Override
  public String id() {
    return head.id();
  }

  @Override
  public int imageSize() {
    return encoder.imageSize();
  }

  @Override
  public int classes() {
    return head.classes();
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
    double[][] logits = new double[pixels.size()][];
    List<Head.Pass> passes = passes(pixels);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = passes.get(i).logits();
    }
    return logits;
  }

  @Override
  public List<Evaluation> losses(List<float[]> pixels, List<Goal> goals, Loss loss, int draws) {
    List<Head.Pass> passes = passes(pixels);
    List<Evaluation> result = new ArrayList<>(passes.size());
    for (int i = 0; i < passes.size(); i++) {
      result.add(evaluate(passes.get(i).logits(), goals.get(i), loss, null));
    }
    return result;
  }

  @Override
  public List<Evaluation> gradients(List<float[]> pixels, List<Goal> goals, Loss loss, int draws) {
    List<Head.Pass> passes = passes(pixels);
    List<float[]> cotangents = new ArrayList<>(passes.size());
    List<Evaluation> values = new ArrayList<>(passes.size());
    for (int i = 0; i < passes.size(); i++) {
      double[] slope = new double[classes()];
      values.add(evaluate(passes.get(i).logits(), goals.get(i), loss, slope));
      cotangents.add(passes.get(i).pullBack(slope));
    }
    List<float[]> gradients = Batches.vjp(encoder, pixels, cotangents, batch, meter);
    List<Evaluation> result = new ArrayList<>(values.size());
    for (int i = 0; i < gradients.size(); i++) {
      Evaluation value = values.get(i);
      result.add(new Evaluation(value.loss(), gradients.get(i), value.margin(), value.share()));
    }
    return result;
  }

  @Override
  public List<Decision> decide(List<byte[]> pixels, List<Victim> victims) {
    meter.addQueries(pixels.size());
    double[][] logits = logits(Batches.toFloats(pixels));
    List<Decision> decisions = new ArrayList<>(logits.length);
    for (int i = 0; i < logits.length; i++) {
      double margin = objective.margin(logits[i], victims.get(i).label(), null);
      decisions.add(new Decision(margin, margin < 0));
    }
    return decisions;
  }

  @Override
  public Meter meter() {
    return meter;
  }

  private Evaluation evaluate(double[] logits, Goal goal, Loss loss, double[] slope) {
    int label = goal.victim().label();
    double margin = objective.margin(logits, label, loss == Loss.DECISION ? slope : null);
    double value = -margin;
    if (loss != Loss.DECISION) {
      value = LogitLoss.of(loss, logits, objective.own(label), goal.aim(), slope);
    } else if (slope != null) {
      for (int k = 0; k < slope.length; k++) {
        slope[k] = -slope[k];
      }
    }
    return new Evaluation(value, null, margin, margin < 0 ? 1 : 0);
  }

  private List<Head.Pass> passes(List<float[]> pixels) {
    List<Head.Pass> passes = new ArrayList<>(pixels.size());
    for (float[] embedding : Batches.encode(encoder, pixels, batch, meter)) {
      passes.add(head.forward(embedding));
    }
    return passes;
  }
}
