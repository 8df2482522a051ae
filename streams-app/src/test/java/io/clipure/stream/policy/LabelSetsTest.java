package io.clipure.stream.policy;

import static io.clipure.stream.policy.Sets.label;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelSetsTest {
  private static final LabelSet SET =
      new LabelSet(
          "d\u00e9mo",
          "says \"hi\" \\ in\ntwo lines\u0001",
          "",
          List.of("a photo of a {}."),
          List.of(
              new Label("pistol", "Pistol", "weapons", Action.BLOCK, 0.3, List.of("pistol", "gun")),
              new Label("food", "Food", "benign", Action.ALLOW, null, List.of("pizza"))),
          0.4,
          null,
          false);

  @Test
  void the_digest_is_that_of_an_independent_implementation() {
    // hashlib.sha256 over json.dumps(..., ensure_ascii=False, separators=(",", ":")), with
    // struct.pack(">d", x).hex() for numbers
    assertThat(LabelSetDigest.of(SET))
        .isEqualTo("694a0ba6b26d6d8efcadba0dcea4f50e6ee997a5004216162937eb86ed94520c");
  }

  @Test
  void every_part_of_the_content_and_the_order_of_labels_change_the_digest() {
    Label pistol = SET.labels().get(0);
    Label food = SET.labels().get(1);
    List<LabelSet> variants =
        List.of(
            SET,
            with("other", "", List.of("{}"), List.of(pistol, food), null, null, false),
            with("other", "d", List.of("{}"), List.of(pistol, food), null, null, false),
            with("other", "", List.of("a {}"), List.of(pistol, food), null, null, false),
            with("other", "", List.of("{}"), List.of(food, pistol), null, null, false),
            with("other", "", List.of("{}"), List.of(pistol, food), 0.1, null, false),
            with("other", "", List.of("{}"), List.of(pistol, food), null, 0.1, false),
            with("other", "", List.of("{}"), List.of(pistol, food), null, null, true),
            with("other", "", List.of("{}"), List.of(pistol), null, null, false));
    assertThat(variants.stream().map(LabelSetDigest::of)).doesNotHaveDuplicates();
  }

  @Test
  void negative_zero_is_zero() {
    LabelSet plus = with("x", "", List.of(), SET.labels(), 0.0, null, false);
    LabelSet minus = with("x", "", List.of(), SET.labels(), -0.0, null, false);
    assertThat(LabelSetDigest.of(minus)).isEqualTo(LabelSetDigest.of(plus));
  }

  @Test
  void a_set_that_comes_back_unchanged_is_verified() {
    LabelSet digested = LabelSets.digested(SET);
    assertThat(LabelSets.verified(digested)).isEqualTo(digested);
  }

  @Test
  void a_set_whose_content_is_not_what_its_digest_says_is_refused() {
    LabelSet digested = LabelSets.digested(SET);
    LabelSet cut =
        new LabelSet(
            digested.name(),
            digested.description(),
            digested.digest(),
            digested.templates(),
            digested.labels().subList(0, 1),
            digested.lowConfidenceScore(),
            digested.lowConfidenceMargin(),
            digested.calibrated());
    assertThatThrownBy(() -> LabelSets.verified(cut))
        .isInstanceOf(LabelSetException.class)
        .hasMessage(
            "label set \"d\u00e9mo\": digest is "
                + digested.digest()
                + ", but its content has "
                + LabelSetDigest.of(cut)
                + ": it was changed or cut on its way; publish it again");
  }

  @Test
  void unsound_content_is_refused_whatever_its_digest() {
    LabelSet content =
        Sets.content(
            List.of("no place"),
            label("Bad Id", "g", Action.ALLOW, 1.5, "same", "same"),
            label("ok", "", Action.ALLOW, null, ""),
            label("ok", "g", Action.ALLOW, Double.NaN));
    LabelSetException e =
        catchThrowableOfType(LabelSetException.class, () -> LabelSets.verified(content));
    assertThat(e.problems())
        .allSatisfy(p -> assertThat(p).startsWith("label set \"test\": "))
        .extracting(p -> p.substring("label set \"test\": ".length()))
        .containsExactly(
            "template is \"no place\", expected exactly one {} where the prompt goes",
            "label \"Bad Id\": id is \"Bad Id\", expected 1 to 64 of lower-case letters, digits, _"
                + " and -",
            "label \"Bad Id\": threshold is 1.5, expected 0 to 1",
            "label \"Bad Id\": prompt \"same\" is there twice",
            "label \"ok\": group is \"\", expected 1 to 64 of lower-case letters, digits, _ and -",
            "label \"ok\": prompt is empty, expected text",
            "label \"ok\": threshold is NaN, expected 0 to 1",
            "two labels have the id \"ok\"");
  }

  @Test
  void records_do_not_follow_changes_of_the_lists_they_were_made_from() {
    List<String> prompts = new ArrayList<>(List.of("a", "b"));
    List<Label> labels =
        new ArrayList<>(List.of(new Label("x", "x", "g", Action.ALLOW, null, prompts)));
    LabelSet set = with("x", "", List.of(), labels, null, null, false);
    prompts.clear();
    labels.clear();
    assertThat(set.labels()).hasSize(1);
    assertThat(set.labels().get(0).prompts()).containsExactly("a", "b");
  }

  private static LabelSet with(
      String name,
      String description,
      List<String> templates,
      List<Label> labels,
      Double score,
      Double margin,
      boolean calibrated) {
    return new LabelSet(name, description, "", templates, labels, score, margin, calibrated);
  }
}
