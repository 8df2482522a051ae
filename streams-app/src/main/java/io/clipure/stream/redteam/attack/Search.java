package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Evaluation;
import io.clipure.stream.redteam.target.Goal;
import io.clipure.stream.redteam.target.Loss;
import io.clipure.stream.redteam.target.Scorer.Decision;
import io.clipure.stream.redteam.target.Target;
import io.clipure.stream.redteam.target.Victim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of victims under attack: evaluates their images together, and keeps the rules of the
 * game. Against a transparent target, an image that succeeds after rounding to 8 bits ends its
 * victim's attack. Against one with secrets the attacker never learns that: he goes on, estimates
 * at the end which of his images fails the decision in most draws (fresh ones, four times as many
 * as a gradient averaged), and hands in that one.
 */
final class Search {
  private static final int FINAL_DRAWS = 4;

  private final Target target;
  private final Ball ball;
  private final AttackSettings settings;
  private final List<Track> tracks = new ArrayList<>();

  Search(Target target, List<Victim> victims, Budget budget, AttackSettings settings) {
    this.target = target;
    this.ball = new Ball(budget);
    this.settings = settings;
    for (Victim victim : victims) {
      tracks.add(new Track(victim, settings.seed()));
    }
  }

  Target target() {
    return target;
  }

  Ball ball() {
    return ball;
  }

  AttackSettings settings() {
    return settings;
  }

  /** The victims that still stand. */
  List<Track> standing() {
    return tracks.stream().filter(track -> !track.isBroken()).toList();
  }

  /** Finds the victims that need no attack, where the attacker can know. */
  void askOriginals() {
    if (target.transparent()) {
      List<byte[]> images = tracks.stream().map(track -> track.victim().pixels()).toList();
      ask(tracks, images, null);
    }
  }

  /**
   * The {@code aims} best classes other than the victim's own at the original, best first, for
   * every standing victim; fewer if there are not as many.
   */
  List<int[]> aims(List<Track> standing) {
    double[][] logits = target.logits(standing.stream().map(Track::original).toList());
    List<int[]> aims = new ArrayList<>(standing.size());
    for (int i = 0; i < logits.length; i++) {
      double[] z = logits[i];
      boolean[] taken = target.own(standing.get(i).victim().label()).clone();
      int[] best = new int[settings.aims()];
      int found = 0;
      for (; found < best.length; found++) {
        int next = -1;
        for (int k = 0; k < z.length; k++) {
          if (!taken[k] && (next < 0 || z[k] > z[next])) {
            next = k;
          }
        }
        if (next < 0) {
          break;
        }
        taken[next] = true;
        best[found] = next;
      }
      aims.add(Arrays.copyOf(best, found));
    }
    return aims;
  }

  /** Loss and gradient at one image each; a success on the way ends a victim's attack. */
  List<Evaluation> gradients(List<? extends State> states, Loss loss) {
    List<Evaluation> found = slopes(states, loss);
    confirm(states, found);
    return found;
  }

  /** Loss and gradient, and nothing is asked of the decision. */
  List<Evaluation> slopes(List<? extends State> states, Loss loss) {
    states.forEach(state -> state.track.differentiated(settings.draws()));
    return target.gradients(images(states), goals(states), loss, settings.draws());
  }

  /** Loss alone, and nothing is asked of the decision. */
  List<Evaluation> losses(List<? extends State> states, Loss loss) {
    return target.losses(images(states), goals(states), loss, settings.draws());
  }

  /** Asks for the decision about images that the attacker believes to succeed. */
  void ask(List<Track> asked, List<byte[]> images, double[] losses) {
    if (asked.isEmpty()) {
      return;
    }
    List<Decision> decisions = target.decide(images, asked.stream().map(Track::victim).toList());
    for (int i = 0; i < asked.size(); i++) {
      asked.get(i).asked(1);
      if (decisions.get(i).evades()) {
        asked.get(i).broke(images.get(i), losses == null ? 0 : losses[i]);
      }
    }
  }

  /** Ends the attack: one result a victim, in their order. */
  List<Attacked> finish() {
    if (!target.transparent()) {
      chooseByFreshDraws();
      List<Track> standing = standing();
      List<byte[]> images = standing.stream().map(track -> track.result().image()).toList();
      double[] losses = standing.stream().mapToDouble(track -> track.result().loss()).toArray();
      ask(standing, images, losses);
    }
    return tracks.stream().map(Track::attacked).toList();
  }

  private void confirm(List<? extends State> states, List<Evaluation> found) {
    if (!target.transparent()) {
      return;
    }
    List<Track> asked = new ArrayList<>();
    List<byte[]> images = new ArrayList<>();
    double[] losses = new double[states.size()];
    for (int i = 0; i < states.size(); i++) {
      State state = states.get(i);
      if (found.get(i).margin() < 0 && !state.track.isBroken()) {
        losses[asked.size()] = found.get(i).loss();
        asked.add(state.track);
        images.add(ball.rounded(state.image, state.track.original()));
      }
    }
    ask(asked, images, losses);
  }

  private static List<float[]> images(List<? extends State> states) {
    List<float[]> images = new ArrayList<>(states.size());
    states.forEach(state -> images.add(state.image));
    return images;
  }

  private static List<Goal> goals(List<? extends State> states) {
    List<Goal> goals = new ArrayList<>(states.size());
    states.forEach(state -> goals.add(state.track.goal(state.aim)));
    return goals;
  }

  private void chooseByFreshDraws() {
    List<Track> owners = new ArrayList<>();
    List<Track.Candidate> candidates = new ArrayList<>();
    List<float[]> images = new ArrayList<>();
    List<Goal> goals = new ArrayList<>();
    for (Track track : tracks) {
      for (Track.Candidate candidate : track.candidates()) {
        owners.add(track);
        candidates.add(candidate);
        images.add(Images.toFloats(candidate.image()));
        goals.add(track.goal(Goal.ANY));
      }
    }
    if (candidates.isEmpty()) {
      return;
    }
    int draws = FINAL_DRAWS * settings.draws();
    List<Evaluation> estimates = target.losses(images, goals, Loss.DECISION, draws);
    Track current = null;
    Evaluation best = null;
    for (int i = 0; i < candidates.size(); i++) {
      Evaluation estimate = estimates.get(i);
      if (owners.get(i) != current || Images.better(estimate, best)) {
        current = owners.get(i);
        best = estimate;
        current.choose(candidates.get(i));
      }
    }
  }
}
