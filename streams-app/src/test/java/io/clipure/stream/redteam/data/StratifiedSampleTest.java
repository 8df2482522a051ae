package io.clipure.stream.redteam.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StratifiedSampleTest {
  private static final StratifiedSample.Loader LOADER =
      encoded ->
          encoded[0] == 9
              ? new StratifiedSample.Loaded(Optional.empty(), "CORRUPT_IMAGE")
              : new StratifiedSample.Loaded(Optional.of(encoded), "");

  private static Label label(String id, Action action) {
    return new Label(id, id, "group", action, null, List.of(id));
  }

  private static final Label AXE = label("axe", Action.BLOCK);
  private static final Label CAT = label("cat", Action.ALLOW);
  private static final Label DOG = label("dog", Action.ALLOW);

  /** 30 axes, 3 cats, 30 dogs. */
  private static ImageSet set() {
    List<LabelledImage> images = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      byte[] content = {(byte) (i == 5 ? 9 : 1)};
      images.add(new LabelledImage("axe/" + i, AXE, () -> content));
      images.add(new LabelledImage("dog/" + i, DOG, () -> new byte[] {1}));
      if (i < 3) {
        images.add(new LabelledImage("cat/" + i, CAT, () -> new byte[] {1}));
      }
    }
    return new ImageSet("test", images);
  }

  private static List<String> names(StratifiedSample sample) {
    return sample.images().stream().map(StratifiedSample.Drawn::name).toList();
  }

  @Test
  void everyLabelHasTheSameShareUntilItRunsOut() {
    StratifiedSample sample = StratifiedSample.draw(set(), label -> true, 21, 1, LOADER);
    assertThat(sample.perLabel().get("cat")).isEqualTo(3);
    assertThat(sample.perLabel().get("axe")).isBetween(8, 10);
    assertThat(sample.perLabel().get("dog")).isBetween(8, 10);
    assertThat(names(sample)).doesNotHaveDuplicates();
  }

  @Test
  void theSameSeedGivesTheSameImagesWhateverTheOrderOfTheFiles() {
    List<LabelledImage> reversed = new ArrayList<>(set().images());
    java.util.Collections.reverse(reversed);
    List<String> one = names(StratifiedSample.draw(set(), label -> true, 20, 7, LOADER));
    assertThat(
            names(
                StratifiedSample.draw(
                    new ImageSet("test", reversed), label -> true, 20, 7, LOADER)))
        .isEqualTo(one);
    assertThat(names(StratifiedSample.draw(set(), label -> true, 20, 8, LOADER))).isNotEqualTo(one);
  }

  @Test
  void aLargerSampleBeginsWithTheSmallerOne() {
    assertThat(names(StratifiedSample.draw(set(), label -> true, 40, 7, LOADER)))
        .startsWith(
            names(StratifiedSample.draw(set(), label -> true, 10, 7, LOADER))
                .toArray(String[]::new));
  }

  @Test
  void onlyWantedLabelsAreDrawnAndRefusedFilesAreNamed() {
    StratifiedSample sample =
        StratifiedSample.draw(set(), label -> label.action() != Action.ALLOW, 500, 1, LOADER);
    assertThat(sample.perLabel()).containsOnlyKeys("axe").containsEntry("axe", 29);
    assertThat(sample.rejected()).containsExactly("axe/5: CORRUPT_IMAGE");
    assertThat(sample.asked()).isEqualTo(500);
    assertThat(sample.available()).isEqualTo(30);
  }
}
