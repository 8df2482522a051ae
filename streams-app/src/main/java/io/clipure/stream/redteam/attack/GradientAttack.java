package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Goal;
import io.clipure.stream.redteam.target.Loss;
import io.clipure.stream.redteam.target.Target;
import io.clipure.stream.redteam.target.Victim;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/** What the attacks share: batches of victims, and one start after another for those that stand. */
abstract class GradientAttack implements Attack {
  private final String id;
  private final Loss loss;
  private final int mostAims;

  GradientAttack(String id, Loss loss) {
    this(id, loss, Integer.MAX_VALUE);
  }

  /**
   * An attack whose loss may be targeted.
   *
   * @param mostAims classes aimed at within one restart, if the settings do not say fewer; further
   *     restarts go on to further ones
   */
  GradientAttack(String id, Loss loss, int mostAims) {
    this.id = id;
    this.loss = loss;
    this.mostAims = mostAims;
  }

  @Override
  public final String id() {
    return id;
  }

  final Loss loss() {
    return loss;
  }

  @Override
  public final List<Attacked> run(
      Target target,
      List<Victim> victims,
      Budget budget,
      AttackSettings settings,
      ProgressListener listener) {
    List<Attacked> results = new ArrayList<>(victims.size());
    for (int from = 0; from < victims.size(); from += settings.batch()) {
      List<Victim> some = victims.subList(from, Math.min(victims.size(), from + settings.batch()));
      Search search = new Search(target, some, budget, settings);
      double before = (double) from / victims.size();
      double share = (double) some.size() / victims.size();
      search.askOriginals();
      attack(search, done -> listener.advanced(id, before + share * done));
      List<Attacked> finished = search.finish();
      listener.advanced(id, before + share);
      listener.finished(id, finished);
      results.addAll(finished);
    }
    return results;
  }

  /**
   * One start for every victim that stands, each to its end or until it succeeds.
   *
   * @param start number of the start, from 0
   * @param aims class aimed at, one a track
   */
  abstract void climb(
      Search search, List<Track> tracks, int[] aims, int start, DoubleConsumer progress);

  private void attack(Search search, DoubleConsumer progress) {
    int aimed = loss.targeted() ? Math.min(mostAims, search.settings().aims()) : 1;
    int starts = aimed * search.settings().restarts();
    List<Track> all = search.standing();
    List<int[]> aims = loss.targeted() && !all.isEmpty() ? search.aims(all) : List.of();
    for (int start = 0; start < starts; start++) {
      List<Track> tracks = new ArrayList<>();
      List<Integer> chosen = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        if (!all.get(i).isBroken() && (!loss.targeted() || start % aimed < aims.get(i).length)) {
          tracks.add(all.get(i));
          chosen.add(loss.targeted() ? aim(aims.get(i), start, aimed) : Goal.ANY);
        }
      }
      if (!tracks.isEmpty()) {
        double begun = start;
        climb(
            search,
            tracks,
            chosen.stream().mapToInt(Integer::intValue).toArray(),
            start,
            done -> progress.accept((begun + done) / starts));
      }
    }
  }

  /** Restarts repeat the aims of one round, or go on where a round has fewer than there are. */
  private static int aim(int[] aims, int start, int aimed) {
    return aims[aimed < aims.length ? start % aims.length : start % aimed];
  }
}
