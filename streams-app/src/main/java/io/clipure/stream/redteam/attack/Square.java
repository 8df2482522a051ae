package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Scorer;
import io.clipure.stream.redteam.target.Scorer.Decision;
import io.clipure.stream.redteam.target.Target;
import io.clipure.stream.redteam.target.Victim;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Square attack (Andriushchenko et al. 2020, arXiv 1912.00049): random search that changes one
 * square at a time and keeps what lowers the margin. It sees decisions and nothing else, and every
 * image it tries is a query of the real decision: the first one that fails ends a victim's attack
 * ("any query evades"), secrets or not. {@link AttackSettings#steps} are queries a restart, the
 * share of pixels in a square falls from 0.8 along the paper's schedule, stretched to that number.
 */
final class Square implements Attack {
  private static final double FIRST_SHARE = 0.8;
  private static final int SCHEDULE = 10_000;
  private static final int[] HALVINGS = {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000};

  @Override
  public String id() {
    return "square";
  }

  /** One victim's random search. */
  private static final class Walk {
    private final Track track;
    private final SquareMoves moves;
    private float[] best;
    private double bestMargin = Double.POSITIVE_INFINITY;
    private float[] tried;

    Walk(Track track, SquareMoves moves) {
      this.track = track;
      this.moves = moves;
    }
  }

  @Override
  public List<Attacked> run(
      Target target,
      List<Victim> victims,
      Budget budget,
      AttackSettings settings,
      ProgressListener listener) {
    return run(target, target.imageSize(), victims, budget, settings, listener);
  }

  /** The same with nothing but decisions in hand; {@code size} is the side of the images. */
  List<Attacked> run(
      Scorer scorer,
      int size,
      List<Victim> victims,
      Budget budget,
      AttackSettings settings,
      ProgressListener listener) {
    Ball ball = new Ball(budget);
    List<Attacked> results = new ArrayList<>(victims.size());
    for (int from = 0; from < victims.size(); from += settings.batch()) {
      List<Victim> some = victims.subList(from, Math.min(victims.size(), from + settings.batch()));
      List<Track> tracks = some.stream().map(v -> new Track(v, settings.seed())).toList();
      ask(scorer, tracks.stream().map(track -> new Walk(track, null)).toList(), ball);
      for (int start = 0; start < settings.restarts(); start++) {
        search(scorer, size, tracks, ball, settings, start);
        double share = (start + 1.0) / settings.restarts();
        listener.advanced(id(), (from + some.size() * share) / victims.size());
      }
      List<Attacked> finished = tracks.stream().map(Track::attacked).toList();
      listener.finished(id(), finished);
      results.addAll(finished);
    }
    return results;
  }

  private static void search(
      Scorer scorer, int size, List<Track> tracks, Ball ball, AttackSettings settings, int start) {
    List<Walk> going = new ArrayList<>();
    for (Track track : tracks) {
      if (!track.isBroken()) {
        SplittableRandom random = track.random(start);
        going.add(new Walk(track, new SquareMoves(track.original(), size, ball, random)));
      }
    }
    for (int query = 0; query < settings.steps() && !going.isEmpty(); query++) {
      double share = share(query - 1, settings.steps());
      for (Walk walk : going) {
        walk.tried = query == 0 ? walk.moves.first() : walk.moves.next(walk.best, share);
      }
      ask(scorer, going, ball);
      going = going.stream().filter(walk -> !walk.track.isBroken()).toList();
    }
    for (Walk walk : going) {
      walk.track.consider(ball.rounded(walk.best, walk.track.original()), -walk.bestMargin);
    }
  }

  private static void ask(Scorer scorer, List<Walk> walks, Ball ball) {
    List<byte[]> images = new ArrayList<>(walks.size());
    for (Walk walk : walks) {
      images.add(
          walk.tried == null
              ? walk.track.victim().pixels()
              : ball.rounded(walk.tried, walk.track.original()));
    }
    List<Decision> decisions =
        scorer.decide(images, walks.stream().map(walk -> walk.track.victim()).toList());
    for (int i = 0; i < decisions.size(); i++) {
      Walk walk = walks.get(i);
      Decision decision = decisions.get(i);
      walk.track.asked(1);
      if (decision.evades()) {
        walk.track.broke(images.get(i), -decision.margin());
      } else if (walk.tried != null && (walk.best == null || decision.margin() < walk.bestMargin)) {
        walk.best = walk.tried;
        walk.bestMargin = decision.margin();
      }
    }
  }

  /** Share of the pixels inside the square after some queries of so many. */
  static double share(int query, int queries) {
    long at = (long) query * SCHEDULE / queries;
    double share = FIRST_SHARE;
    for (int halving : HALVINGS) {
      share = at > halving ? share / 2 : share;
    }
    return share;
  }
}
