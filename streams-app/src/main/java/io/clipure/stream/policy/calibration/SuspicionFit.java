package io.clipure.stream.policy.calibration;

import io.clipure.stream.clip.ModelInfo.SuspicionModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Fits a suspicion model to examples: signals are centred and scaled on the ordinary images alone,
 * so that a signal reads as "how unusual", and weighed by {@link RidgeLogistic} against the
 * attacked ones. The model learns the attacks it was shown; whoever knows it can optimise another.
 */
public final class SuspicionFit {
  /** Weight of the penalty where nothing else is wanted. */
  public static final double RIDGE = 0.01;

  private static final double CONSTANT = 1e-9;

  /** Distance of the usual image from the threshold, in logits. */
  private static final double USUAL = 4;

  private SuspicionFit() {}

  /**
   * Fits.
   *
   * @param views id of the view plan the signals were measured with
   * @param ordinary signals of ordinary images, by name; at least two images
   * @param attacked signals of attacked images; at least one
   * @param ridge weight of the penalty, above 0
   * @return a model over every signal that all images have and that varies on ordinary ones
   * @throws IllegalArgumentException if there is no such signal, or too few images
   */
  public static SuspicionModel fit(
      String views,
      List<Map<String, Double>> ordinary,
      List<Map<String, Double>> attacked,
      double ridge) {
    if (ordinary.size() < 2 || attacked.isEmpty()) {
      throw new IllegalArgumentException(
          "%d ordinary and %d attacked images, expected at least two and one"
              .formatted(ordinary.size(), attacked.size()));
    }
    List<SuspicionModel.Signal> scales = new ArrayList<>();
    for (String name : common(ordinary, attacked)) {
      SuspicionModel.Signal signal = scale(name, ordinary);
      if (signal.scale() > CONSTANT) {
        scales.add(signal);
      }
    }
    if (scales.isEmpty()) {
      throw new IllegalArgumentException(
          "no signal that all images have varies on ordinary ones; configure views");
    }
    double[] solution =
        RidgeLogistic.fit(standardised(scales, ordinary), standardised(scales, attacked), ridge);
    List<SuspicionModel.Signal> signals = new ArrayList<>();
    for (int j = 0; j < scales.size(); j++) {
      SuspicionModel.Signal scale = scales.get(j);
      signals.add(
          new SuspicionModel.Signal(scale.name(), scale.mean(), scale.scale(), solution[j + 1]));
    }
    return new SuspicionModel(views, solution[0], signals);
  }

  /**
   * A model of one signal, for where there are no examples of attacks: how unusual the signal is,
   * scaled so that the usual image scores 0.018 and one at the budget's threshold 0.5.
   *
   * @param views id of the view plan the signal was measured with
   * @param name the signal, larger for attacks
   * @param ordinary signals of ordinary images, all of which have it; at least two images
   * @throws IllegalArgumentException if the signal does not vary
   */
  public static SuspicionModel oneClass(
      String views,
      String name,
      List<Map<String, Double>> ordinary,
      double budget,
      double confidence) {
    SuspicionModel.Signal scale = scale(name, ordinary);
    if (!(scale.scale() > CONSTANT)) {
      throw new IllegalArgumentException(
          "the signal " + name + " does not vary over the images; configure views");
    }
    double[] deviations =
        ordinary.stream()
            .mapToDouble(image -> (image.get(name) - scale.mean()) / scale.scale())
            .toArray();
    FlagBudget.Outcome outcome = FlagBudget.choose(deviations, budget, confidence);
    double limit = outcome instanceof FlagBudget.Chosen chosen ? chosen.threshold() : 1;
    // Below one deviation the signal is no tail any more; the weight must not run away.
    double weight = USUAL / Math.max(1, limit);
    return new SuspicionModel(
        views,
        -weight * limit,
        List.of(new SuspicionModel.Signal(name, scale.mean(), scale.scale(), weight)));
  }

  /**
   * The same model, its constant term moved so that the budget's threshold is at a score of 0.5,
   * where scores are furthest from rounding to 0 or 1. The order of images does not change.
   */
  public static SuspicionModel centred(
      SuspicionModel model, List<Map<String, Double>> ordinary, double budget, double confidence) {
    double[] logits = ordinary.stream().mapToDouble(image -> logit(model, image)).toArray();
    return FlagBudget.choose(logits, budget, confidence) instanceof FlagBudget.Chosen chosen
        ? new SuspicionModel(model.views(), model.bias() - chosen.threshold(), model.signals())
        : model;
  }

  /** The model's score of one image, 0 to 1: the same bits as the deployed rule's. */
  public static double score(SuspicionModel model, Map<String, Double> signals) {
    return 1 / (1 + StrictMath.exp(-logit(model, signals)));
  }

  private static double logit(SuspicionModel model, Map<String, Double> signals) {
    double sum = model.bias();
    for (SuspicionModel.Signal signal : model.signals()) {
      sum += signal.weight() * ((signals.get(signal.name()) - signal.mean()) / signal.scale());
    }
    return sum;
  }

  private static SortedSet<String> common(
      Collection<Map<String, Double>> ordinary, Collection<Map<String, Double>> attacked) {
    SortedSet<String> names = new TreeSet<>(ordinary.iterator().next().keySet());
    ordinary.forEach(image -> names.retainAll(image.keySet()));
    attacked.forEach(image -> names.retainAll(image.keySet()));
    return names;
  }

  private static SuspicionModel.Signal scale(String name, List<Map<String, Double>> images) {
    double mean = images.stream().mapToDouble(image -> image.get(name)).average().orElseThrow();
    double squares = 0;
    for (Map<String, Double> image : images) {
      squares += (image.get(name) - mean) * (image.get(name) - mean);
    }
    return new SuspicionModel.Signal(name, mean, Math.sqrt(squares / (images.size() - 1)), 0);
  }

  private static double[][] standardised(
      List<SuspicionModel.Signal> scales, List<Map<String, Double>> images) {
    double[][] rows = new double[images.size()][scales.size()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < scales.size(); j++) {
        SuspicionModel.Signal scale = scales.get(j);
        rows[i][j] = (images.get(i).get(scale.name()) - scale.mean()) / scale.scale();
      }
    }
    return rows;
  }
}
