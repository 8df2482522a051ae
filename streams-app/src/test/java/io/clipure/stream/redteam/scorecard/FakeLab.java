package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.redteam.attack.Attacked;
import io.clipure.stream.redteam.attack.ProgressListener;
import io.clipure.stream.redteam.target.Victim;
import java.util.ArrayList;
import java.util.List;

/** Answers that depend on the arguments only; dies when its lives are used up. */
final class FakeLab implements Lab {
  private int lives;
  int attacks;

  FakeLab(int lives) {
    this.lives = lives;
  }

  /** What a kill looks like from inside. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public List<Attacked> attack(Task task, List<Victim> victims, ProgressListener listener) {
    if (lives-- == 0) {
      throw new Killed();
    }
    attacks++;
    List<Attacked> attacked = new ArrayList<>();
    for (Victim victim : victims) {
      byte[] pixels = victim.pixels().clone();
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] +=
            (byte) ((i + victim.index()) % (2 * (int) task.epsilon() + 1) - (int) task.epsilon());
      }
      boolean success = unit(task.id(), victim.index()) < task.epsilon() / 10;
      attacked.add(new Attacked(victim, pixels, success, 10L + victim.index(), 40, 1));
    }
    listener.advanced(task.attack(), 1);
    return attacked;
  }

  @Override
  public List<Outcome> judge(Task task, Column column, List<Victim> victims, List<byte[]> pixels) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Victim victim : victims) {
      double strength = task.epsilon() / (column.suspicion() ? 20 : 8);
      double evaded = unit(task.id() + column.id(), victim.index()) < strength ? 1 : 0;
      outcomes.add(
          new Outcome(
              1 - evaded,
              evaded,
              evaded,
              column.suspicion() && evaded == 0 ? Math.min(1, task.epsilon()) : 0,
              0.25,
              1 - evaded,
              column.suspicion()
                  ? List.of(task.epsilon() + unit(column.id(), victim.index()), task.epsilon())
                  : List.of(),
              "BLOCK pistol 0.91"));
    }
    return outcomes;
  }

  private static double unit(String name, int index) {
    return ((name.hashCode() * 31L + index) * 0x9E3779B97F4A7C15L >>> 11) * 0x1.0p-53;
  }
}
