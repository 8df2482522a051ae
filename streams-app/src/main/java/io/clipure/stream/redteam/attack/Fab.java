package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Evaluation;
import io.clipure.stream.redteam.target.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Fast adaptive boundary attack, targeted (Croce and Hein 2020, arXiv 1907.02044, Algorithm 1; one
 * class at a time as in arXiv 2003.01690): goes for the nearest point of the boundary to a class by
 * projecting the iterate and the original onto the boundary's linearisation, overshooting, and,
 * once across, stepping back toward the original. It minimises the distance; the budget only says
 * when that is small enough. The first start of each class is the original, later ones are random
 * at half the budget.
 *
 * <p>A point across the boundary inside the budget is stretched to the whole budget before it is
 * rounded to 8 bits, so that rounding cannot take it back.
 */
final class Fab extends GradientAttack {
  private static final double MOST_TOWARD_ORIGINAL = 0.1;
  private static final double OVERSHOOT = 1.05;
  private static final double STEP_BACK = 0.9;
  private static final double TINY = 1e-8;

  Fab() {
    super("fab-t", Loss.TARGETED_MARGIN);
  }

  private static final class Walk extends State {
    private double nearest = Double.POSITIVE_INFINITY;
    private float[] found;

    Walk(Track track, int aim, float[] start) {
      super(track, aim, start);
    }
  }

  @Override
  void climb(Search search, List<Track> tracks, int[] aims, int start, DoubleConsumer progress) {
    Ball ball = search.ball();
    AttackSettings settings = search.settings();
    List<Walk> going = new ArrayList<>(tracks.size());
    for (int i = 0; i < tracks.size(); i++) {
      Track track = tracks.get(i);
      float[] original = track.original();
      float[] from =
          start < settings.aims() ? original : ball.random(original, 0.5, track.random(start));
      going.add(new Walk(track, aims[i], from));
    }
    for (int k = 0; k < settings.steps() && !going.isEmpty(); k++) {
      List<Evaluation> slopes = search.slopes(going, loss());
      for (int i = 0; i < going.size(); i++) {
        advance(going.get(i), slopes.get(i), ball);
      }
      List<Evaluation> reached = search.losses(going, loss());
      List<Track> asked = new ArrayList<>();
      List<byte[]> images = new ArrayList<>();
      for (int i = 0; i < going.size(); i++) {
        if (reached.get(i).margin() < 0) {
          across(going.get(i), ball, asked, images);
        }
      }
      if (search.target().transparent()) {
        search.ask(asked, images, null);
      }
      going = going.stream().filter(walk -> !walk.track.isBroken()).toList();
      progress.accept((k + 1.0) / settings.steps());
    }
    for (Walk walk : going) {
      if (walk.found != null) {
        float[] inside = stretched(walk.found, walk.track.original(), ball, walk.nearest);
        walk.track.consider(
            ball.rounded(inside, walk.track.original()), ball.radius() - walk.nearest);
      }
    }
  }

  private static void advance(Walk walk, Evaluation slope, Ball ball) {
    float[] x = walk.image;
    float[] original = walk.track.original();
    float[] normal = slope.gradient();
    double fromOriginal = -slope.loss();
    for (int i = 0; i < x.length; i++) {
      fromOriginal += normal[i] * ((double) x[i] - original[i]);
    }
    float[] near = HyperplaneProjection.change(ball.norm(), x, normal, -slope.loss());
    float[] far = HyperplaneProjection.change(ball.norm(), original, normal, fromOriginal);
    double a = Math.max(ball.sizeOf(near), TINY);
    double b = Math.max(ball.sizeOf(far), TINY);
    double share = Math.min(a / (a + b), MOST_TOWARD_ORIGINAL);
    float[] next = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      double value =
          (1 - share) * (x[i] + OVERSHOOT * near[i]) + share * (original[i] + OVERSHOOT * far[i]);
      next[i] = (float) Math.max(0, Math.min(255, value));
    }
    walk.image = next;
  }

  /** Keeps the nearest point, offers it if it is inside the budget, and steps back. */
  private static void across(Walk walk, Ball ball, List<Track> asked, List<byte[]> images) {
    float[] original = walk.track.original();
    double distance = ball.distance(walk.image, original);
    if (distance < walk.nearest) {
      walk.nearest = distance;
      walk.found = walk.image;
      if (distance <= ball.radius()) {
        asked.add(walk.track);
        images.add(ball.rounded(stretched(walk.image, original, ball, distance), original));
      }
    }
    float[] back = new float[original.length];
    for (int i = 0; i < back.length; i++) {
      back[i] = (float) (original[i] + STEP_BACK * (walk.image[i] - original[i]));
    }
    walk.image = back;
  }

  private static float[] stretched(float[] point, float[] original, Ball ball, double distance) {
    double scale = ball.radius() / Math.max(distance, TINY);
    float[] result = new float[point.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (original[i] + scale * (point[i] - original[i]));
    }
    ball.project(result, original);
    return result;
  }
}
