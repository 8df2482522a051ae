package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Evaluation;
import io.clipure.stream.redteam.target.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Projected gradient ascent (Madry et al. 2018, arXiv 1706.06083) with the accumulated gradient of
 * MI-FGSM (Dong et al. 2018, arXiv 1710.06081; momentum 0: none) and a step that shrinks to nothing
 * along a cosine. The first start is the original, the others are random; where the gradient at the
 * original is zero (a margin's kink), the step is in no direction and later starts must do.
 */
final class Pgd extends GradientAttack {
  Pgd(String id, Loss loss) {
    super(id, loss);
  }

  private static final class Ascent extends State {
    private final float[] accumulated;
    private float[] best;
    private double bestLoss = Double.NEGATIVE_INFINITY;
    private double loss;

    Ascent(Track track, int aim, float[] start) {
      super(track, aim, start);
      this.accumulated = new float[start.length];
      this.best = start;
    }

    void arrive(Evaluation found, double momentum) {
      loss = found.loss();
      if (loss > bestLoss) {
        bestLoss = loss;
        best = image;
      }
      double size = 0;
      for (float value : found.gradient()) {
        size += Math.abs(value);
      }
      double scale = size > 0 ? 1 / size : 0;
      for (int i = 0; i < accumulated.length; i++) {
        accumulated[i] = (float) (momentum * accumulated[i] + scale * found.gradient()[i]);
      }
    }
  }

  @Override
  void climb(Search search, List<Track> tracks, int[] aims, int start, DoubleConsumer progress) {
    Ball ball = search.ball();
    AttackSettings settings = search.settings();
    List<Ascent> going = new ArrayList<>(tracks.size());
    for (int i = 0; i < tracks.size(); i++) {
      Track track = tracks.get(i);
      float[] original = track.original();
      going.add(
          new Ascent(
              track,
              aims[i],
              start == 0 ? original : ball.random(original, 1, track.random(start))));
    }
    for (int k = 0; k < settings.steps() && !going.isEmpty(); k++) {
      evaluate(search, going, settings.momentum());
      going = going.stream().filter(ascent -> !ascent.track.isBroken()).toList();
      double shrunk = (1 + Math.cos(Math.PI * k / settings.steps())) / 2;
      for (Ascent ascent : going) {
        double step = settings.stepSize() * ball.radius() * shrunk;
        ascent.image = ball.ascended(ascent.image, ascent.accumulated, step);
        ball.project(ascent.image, ascent.track.original());
      }
      progress.accept((k + 1.0) / settings.steps());
    }
    if (!going.isEmpty()) {
      evaluate(search, going, settings.momentum());
    }
    for (Ascent ascent : going) {
      float[] original = ascent.track.original();
      ascent.track.consider(ball.rounded(ascent.best, original), ascent.bestLoss);
      ascent.track.consider(ball.rounded(ascent.image, original), ascent.loss);
    }
  }

  private void evaluate(Search search, List<Ascent> ascents, double momentum) {
    List<Evaluation> found = search.gradients(ascents, loss());
    for (int i = 0; i < ascents.size(); i++) {
      ascents.get(i).arrive(found.get(i), momentum);
    }
  }
}
