package io.clipure.stream.policy;

import static io.clipure.stream.policy.Sets.label;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LabelSetReportTest {

  @Test
  void labels_are_counted_by_group_and_action() {
    LabelSetReport report =
        LabelSetReport.of(
            Sets.set(
                label("rifle", "weapons", Action.BLOCK, null, "a", "b"),
                label("knife", "weapons", Action.REVIEW, null),
                label("food", "benign", Action.ALLOW, null)));
    assertThat(report.labelsByGroup()).hasToString("{benign=1, weapons=2}");
    assertThat(report.labelsByAction()).hasToString("{ALLOW=1, REVIEW=1, BLOCK=1}");
    assertThat(report.prompts()).isEqualTo(4);
    assertThat(report.nearestPrompts()).isEmpty();
  }

  @Test
  void what_is_sound_but_probably_not_wanted_is_warned_of() {
    assertThat(
            LabelSetReport.of(
                    Sets.set(
                        label("rifle", "w", Action.BLOCK, null, "a gun", "b"),
                        label("pistol", "w", Action.BLOCK, null, "a gun"),
                        label("food", "b", Action.ALLOW, null)))
                .warnings())
        .containsExactly(
            "not calibrated: thresholds were not measured on representative images",
            "prompt \"a gun\" is in the labels rifle and pistol: they share its probability",
            "fewer ALLOW prompts (1) than REVIEW and BLOCK prompts (3): ordinary images find too"
                + " little to be, expect false alarms");
    assertThat(
            LabelSetReport.of(
                    Sets.set(
                        label("rifle", "w", Action.BLOCK, null),
                        label("beer", "a", Action.REVIEW, null)))
                .warnings())
        .last()
        .asString()
        .startsWith("no ALLOW label");
    assertThat(
            LabelSetReport.of(
                    Sets.set(
                        label("tea", "b", Action.ALLOW, null),
                        label("food", "b", Action.ALLOW, null)))
                .warnings())
        .last()
        .asString()
        .startsWith("no REVIEW or BLOCK label");
  }

  @Test
  void with_an_encoder_the_nearest_prompts_of_different_labels_and_unknown_words_are_listed() {
    LabelSet set =
        Sets.set(
            label("rifle", "w", Action.BLOCK, null, "a gun", "a rifle"),
            label("toy", "b", Action.ALLOW, null, "a gun", "a doll"),
            label("food", "b", Action.ALLOW, null, "a cake"));
    LabelSetReport report =
        LabelSetReport.of(set, Sets.model(16, null), new FakeTextEncoder(16, "doll"));
    assertThat(report.warnings()).last().asString().contains("\"toy\"", "\"a doll\"", ": doll");
    assertThat(report.nearestPrompts()).hasSize(8);
    LabelSetReport.PromptPair first = report.nearestPrompts().get(0);
    assertThat(first.label() + first.prompt() + first.otherLabel() + first.otherPrompt())
        .isEqualTo("riflea guntoya gun");
    assertThat(first.cosine()).isCloseTo(1, within(1e-12));
    assertThat(report.nearestPrompts())
        .extracting(LabelSetReport.PromptPair::cosine)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(report.nearestPrompts()).allMatch(p -> !p.label().equals(p.otherLabel()));
  }
}
