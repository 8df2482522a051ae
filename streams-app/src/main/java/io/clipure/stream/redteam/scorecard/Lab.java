package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.redteam.attack.Attacked;
import io.clipure.stream.redteam.attack.ProgressListener;
import io.clipure.stream.redteam.target.Victim;
import java.util.List;

/** Where attacks are made and judged. Every answer depends on nothing but the arguments. */
public interface Lab {
  /**
   * Attacks images.
   *
   * @param victims the images, their index being their place in the sample
   * @return one result an image, in order
   */
  List<Attacked> attack(Task task, List<Victim> victims, ProgressListener listener);

  /**
   * Judges images as one column would, as often as {@link Column#draws} says, each time with fresh
   * secret views.
   *
   * @param task the task whose result is judged
   * @param column who judges
   * @param pixels one image a victim: what the attack made of it, or the victim's own
   * @return one outcome an image, the mean over the draws
   */
  List<Outcome> judge(Task task, Column column, List<Victim> victims, List<byte[]> pixels);
}
