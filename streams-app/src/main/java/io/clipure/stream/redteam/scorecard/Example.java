package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.redteam.attack.Norm;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One attacked image to look at.
 *
 * @param image its name in the data set
 * @param truth id of its label
 * @param column who judged
 * @param attack id of the attack
 * @param mode what the attacker knew
 * @param norm how epsilon is measured
 * @param epsilon what could be changed
 * @param before verdict on the original
 * @param after verdict on the attacked image
 * @param evaded share of judgements that the attacked image got past
 * @param original PNG file
 * @param perturbation PNG file: what was added, ten times enlarged, around mid-grey
 * @param attacked PNG file
 */
public record Example(
    String image,
    String truth,
    String column,
    String attack,
    Mode mode,
    Norm norm,
    double epsilon,
    String before,
    String after,
    double evaded,
    byte[] original,
    byte[] perturbation,
    byte[] attacked) {
  /** Enough for a look, and the page stays small. */
  private static final int MOST = 12;

  /** For every column and mode one image that got through and one that did not. */
  static List<Example> of(Plan plan, Results results) {
    Optional<Task> baseline =
        plan.tasks().stream()
            .filter(task -> task.baseline() && task.sample().equals(Task.HARMFUL))
            .findFirst();
    List<Example> examples = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Task task : plan.tasks()) {
      Map<String, ImageResult> after = byName(results.images(task));
      Map<String, ImageResult> before =
          baseline.map(clean -> byName(results.images(clean))).orElse(Map.of());
      for (ChunkResult.Picture picture : results.pictures(task)) {
        ImageResult image = after.get(picture.image());
        String column = task.columns().get(task.columns().size() - 1);
        Outcome outcome = image.outcomes().get(column);
        String kind = column + task.mode() + (outcome.evaded() >= 0.5);
        if (examples.size() < MOST && seen.add(kind)) {
          examples.add(
              new Example(
                  image.image(),
                  image.truth(),
                  column,
                  task.attack(),
                  task.mode(),
                  task.norm(),
                  task.epsilon(),
                  Optional.ofNullable(before.get(image.image()))
                      .map(clean -> clean.outcomes().get(column).verdict())
                      .orElse("not judged"),
                  outcome.verdict(),
                  outcome.evaded(),
                  picture.original(),
                  Pixels.perturbation(picture.original(), picture.attacked()),
                  picture.attacked()));
        }
      }
    }
    return examples;
  }

  private static Map<String, ImageResult> byName(List<ImageResult> images) {
    Map<String, ImageResult> byName = new java.util.HashMap<>();
    images.forEach(image -> byName.put(image.image(), image));
    return byName;
  }
}
