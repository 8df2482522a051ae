package io.clipure.stream.redteam.scorecard;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of one image in one task.
 *
 * @param image its name in the data set
 * @param truth id of its label
 * @param harmful whether its label is blocked or reviewed
 * @param success what the attack says of itself: it saw the victim's decision fail
 * @param queries decisions asked for
 * @param gradients gradients asked for
 * @param loss the attack's loss at the result; of a gradient probe the gradient's length
 * @param outcomes what each column made of the result, by id
 */
public record ImageResult(
    String image,
    String truth,
    boolean harmful,
    boolean success,
    long queries,
    long gradients,
    double loss,
    Map<String, Outcome> outcomes) {
  /** Copies, in order of the columns' ids. */
  public ImageResult {
    outcomes = Collections.unmodifiableMap(new TreeMap<>(outcomes));
  }
}
