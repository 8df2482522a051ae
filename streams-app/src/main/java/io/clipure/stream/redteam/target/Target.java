package io.clipure.stream.redteam.target;

import java.util.List;

/**
 * One way to deploy, as an attacker who knows everything but the secrets sees it. Pixels are {@code
 * [size, size, 3]}, row-major, real-valued in the scale 0..255.
 *
 * <p><b>Threading</b>: not thread-safe; runs on the caller's thread.
 */
public interface Target extends Scorer {
  /** What is attacked and with which settings, in one line. */
  String id();

  /** Side of the square input in pixels. */
  int imageSize();

  /** Number of classes: the label set's labels. */
  int classes();

  /**
   * Whether the attacker can tell by himself that an image succeeds: nothing about the decision is
   * secret. If so, attacks stop at the first image that does. If not, they spend all their steps,
   * choose one image by their own estimate, and only that one is decided upon.
   */
  boolean transparent();

  /** Classes that count as the victim's own, by class; aiming at any other is worthwhile. */
  boolean[] own(int label);

  /**
   * Label logits {@code [batch][classes]}: softmax gives the label scores. Where several views are
   * scored, of the image itself.
   */
  double[][] logits(List<float[]> pixels);

  /**
   * Evaluates a loss and its gradient.
   *
   * @param draws samples of what is random to average over (EOT); without meaning where nothing is
   * @throws IllegalArgumentException if a targeted loss has no class to aim at
   */
  List<Evaluation> gradients(List<float[]> pixels, List<Goal> goals, Loss loss, int draws);

  /** The same without the gradient. */
  List<Evaluation> losses(List<float[]> pixels, List<Goal> goals, Loss loss, int draws);

  /** Work done so far. */
  Meter meter();
}
