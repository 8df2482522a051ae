package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Target;
import io.clipure.stream.redteam.target.Victim;
import java.util.List;

/** A way to look for adversarial images. Stateless; runs on the caller's thread. */
public interface Attack {
  /** Its name: {@code apgd-ce}, {@code apgd-t}, {@code fab-t}, {@code square}, … */
  String id();

  /**
   * Attacks.
   *
   * @return one result a victim, in their order
   */
  List<Attacked> run(
      Target target,
      List<Victim> victims,
      Budget budget,
      AttackSettings settings,
      ProgressListener listener);
}
