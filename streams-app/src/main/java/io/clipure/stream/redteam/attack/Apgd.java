package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Evaluation;
import io.clipure.stream.redteam.target.Loss;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleConsumer;

/**
 * Auto-PGD (Croce and Hein 2020, arXiv 2003.01690, Algorithm 1): projected gradient ascent with
 * momentum from a random start, whose step is halved, and which returns to its best point, where a
 * checkpoint finds no progress.
 */
final class Apgd extends GradientAttack {
  private static final double MOMENTUM = 0.75;
  private static final double PROGRESS = 0.75;

  Apgd(String id, Loss loss) {
    super(id, loss);
  }

  Apgd(String id, Loss loss, int mostAims) {
    super(id, loss, mostAims);
  }

  private static final class Ascent extends State {
    private float[] previous;
    private float[] gradient;
    private double loss;
    private float[] best;
    private float[] bestGradient;
    private double bestLoss;
    private double step;
    private int rises;
    private double bestAtCheck;
    private boolean halvedAtCheck;

    Ascent(Track track, int aim, float[] start, double step) {
      super(track, aim, start);
      this.previous = start;
      this.step = step;
      // as in the paper: the second condition needs one whole period without halving
      this.halvedAtCheck = true;
    }

    void arrive(Evaluation found, boolean first) {
      rises += !first && found.loss() > loss ? 1 : 0;
      loss = found.loss();
      gradient = found.gradient();
      if (first || loss > bestLoss) {
        best = image;
        bestGradient = gradient;
        bestLoss = loss;
      }
      bestAtCheck = first ? bestLoss : bestAtCheck;
    }

    void move(Ball ball, boolean first) {
      float[] plain = ball.ascended(image, gradient, step);
      float[] original = track.original();
      ball.project(plain, original);
      double share = first ? 1 : MOMENTUM;
      float[] next = new float[plain.length];
      for (int i = 0; i < next.length; i++) {
        next[i] =
            (float)
                (image[i] + share * (plain[i] - image[i]) + (1 - share) * (image[i] - previous[i]));
      }
      ball.project(next, original);
      previous = image;
      image = next;
    }

    void check(int period) {
      boolean oscillates = rises < PROGRESS * period;
      boolean stuck = !halvedAtCheck && bestLoss <= bestAtCheck;
      halvedAtCheck = oscillates || stuck;
      bestAtCheck = bestLoss;
      rises = 0;
      if (halvedAtCheck) {
        step /= 2;
        image = best;
        gradient = bestGradient;
        loss = bestLoss;
        previous = best;
      }
    }
  }

  @Override
  void climb(Search search, List<Track> tracks, int[] aims, int start, DoubleConsumer progress) {
    Ball ball = search.ball();
    int steps = search.settings().steps();
    List<Ascent> ascents = new ArrayList<>(tracks.size());
    for (int i = 0; i < tracks.size(); i++) {
      Track track = tracks.get(i);
      float[] from = ball.random(track.original(), 1, track.random(start));
      ascents.add(new Ascent(track, aims[i], from, 2 * ball.radius()));
    }
    evaluate(search, ascents, true);
    Set<Integer> checkpoints = checkpoints(steps);
    List<Ascent> going = standing(ascents);
    int lastCheck = 0;
    for (int k = 0; k < steps && !going.isEmpty(); k++) {
      for (Ascent ascent : going) {
        ascent.move(ball, k == 0);
      }
      evaluate(search, going, false);
      going = standing(going);
      if (checkpoints.contains(k + 1)) {
        for (Ascent ascent : going) {
          ascent.check(k + 1 - lastCheck);
        }
        lastCheck = k + 1;
      }
      progress.accept((k + 1.0) / steps);
    }
    for (Ascent ascent : going) {
      float[] original = ascent.track.original();
      ascent.track.consider(ball.rounded(ascent.best, original), ascent.bestLoss);
      ascent.track.consider(ball.rounded(ascent.image, original), ascent.loss);
    }
  }

  /** w_j = ⌈p_j N⌉, p_0 = 0, p_1 = 0.22, p_{j+1} = p_j + max(p_j − p_{j−1} − 0.03, 0.06). */
  static Set<Integer> checkpoints(int steps) {
    Set<Integer> checkpoints = new HashSet<>();
    double before = 0;
    double at = 0.22;
    while (at <= 1) {
      checkpoints.add((int) Math.ceil(at * steps - 1e-9));
      double next = at + Math.max(at - before - 0.03, 0.06);
      before = at;
      at = next;
    }
    return checkpoints;
  }

  private void evaluate(Search search, List<Ascent> ascents, boolean first) {
    List<Evaluation> found = search.gradients(ascents, loss());
    for (int i = 0; i < ascents.size(); i++) {
      ascents.get(i).arrive(found.get(i), first);
    }
  }

  private static List<Ascent> standing(List<Ascent> ascents) {
    return ascents.stream().filter(ascent -> !ascent.track.isBroken()).toList();
  }
}
