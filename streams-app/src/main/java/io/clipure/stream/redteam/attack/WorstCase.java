package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Evaluation;
import io.clipure.stream.redteam.target.Goal;
import io.clipure.stream.redteam.target.Loss;
import io.clipure.stream.redteam.target.Target;
import io.clipure.stream.redteam.target.Victim;
import java.util.ArrayList;
import java.util.List;

/**
 * Several attacks, the worst of them for each victim, as in AutoAttack (arXiv 2003.01690): against
 * a transparent target each attacks what the ones before left standing. Against one with secrets
 * every attack goes for every victim, and the attacker hands in the image that fails the decision
 * in most fresh draws; the other images' decisions do not count, he never hears of them.
 */
public final class WorstCase implements Attack {
  private static final int FINAL_DRAWS = 4;

  private final String id;
  private final List<Attack> attacks;

  /** The worst of the given attacks. */
  public WorstCase(String id, List<Attack> attacks) {
    this.id = id;
    this.attacks = List.copyOf(attacks);
    if (this.attacks.isEmpty()) {
      throw new IllegalArgumentException("attacks is empty, expected at least one");
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public List<Attacked> run(
      Target target,
      List<Victim> victims,
      Budget budget,
      AttackSettings settings,
      ProgressListener listener) {
    List<Attacked> results = new ArrayList<>(victims.size());
    for (int from = 0; from < victims.size(); from += settings.batch()) {
      List<Victim> some = victims.subList(from, Math.min(victims.size(), from + settings.batch()));
      double before = (double) from / victims.size();
      double share = (double) some.size() / victims.size();
      List<Attacked> finished =
          worst(target, some, budget, settings, scaled(listener, before, share));
      listener.finished(id, finished);
      results.addAll(finished);
    }
    return results;
  }

  private List<Attacked> worst(
      Target target,
      List<Victim> victims,
      Budget budget,
      AttackSettings settings,
      ProgressListener listener) {
    List<Attacked> best = new ArrayList<>();
    for (int a = 0; a < attacks.size(); a++) {
      ProgressListener part = scaled(listener, (double) a / attacks.size(), 1.0 / attacks.size());
      List<Integer> rows = new ArrayList<>();
      for (int i = 0; i < victims.size(); i++) {
        if (a == 0 || !target.transparent() || !best.get(i).success()) {
          rows.add(i);
        }
      }
      List<Attacked> found =
          attacks
              .get(a)
              .run(target, rows.stream().map(victims::get).toList(), budget, settings, part);
      if (a == 0) {
        best.addAll(found);
      } else {
        merge(target, best, rows, found, settings);
      }
    }
    return best;
  }

  private static void merge(
      Target target,
      List<Attacked> best,
      List<Integer> rows,
      List<Attacked> found,
      AttackSettings settings) {
    List<Attacked> old = rows.stream().map(best::get).toList();
    List<Evaluation> before = target.transparent() ? List.of() : estimates(target, old, settings);
    List<Evaluation> after = target.transparent() ? List.of() : estimates(target, found, settings);
    for (int i = 0; i < rows.size(); i++) {
      boolean worse =
          target.transparent()
              ? found.get(i).success()
              : Images.better(after.get(i), before.get(i));
      Attacked kept = worse ? found.get(i) : old.get(i);
      best.set(
          rows.get(i),
          new Attacked(
              kept.victim(),
              kept.adversarial(),
              kept.success(),
              old.get(i).queries() + found.get(i).queries(),
              old.get(i).gradients() + found.get(i).gradients(),
              kept.loss()));
    }
  }

  /** By the same draws for both images of a victim, so that they are compared like with like. */
  private static List<Evaluation> estimates(
      Target target, List<Attacked> images, AttackSettings settings) {
    List<float[]> pixels =
        images.stream().map(attacked -> Images.toFloats(attacked.adversarial())).toList();
    List<Goal> goals =
        images.stream()
            .map(Attacked::victim)
            .map(victim -> new Goal(victim, Goal.ANY, settings.seed() ^ ~(long) victim.index()))
            .toList();
    return target.losses(pixels, goals, Loss.DECISION, FINAL_DRAWS * settings.draws());
  }

  private ProgressListener scaled(ProgressListener listener, double before, double share) {
    return new ProgressListener() {
      @Override
      public void advanced(String attack, double done) {
        listener.advanced(id, before + share * done);
      }
    };
  }
}
