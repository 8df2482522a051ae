package io.clipure.stream.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LabelSetYamlTest {
  private static final String SOUND =
      """
      # comment
      name: demo
      description: Two labels
      templates: ["a photo of a {}.", "a {}"]
      labels:
        - id: pistol
          name: "Pistol"
          group: weapons
          action: BLOCK
          threshold: 0.5
          prompts: [pistol, gun]
        - id: food
          group: benign
          action: ALLOW
          prompts:
            - pizza
      low_confidence: { score: 0.4, margin: 0.1 }
      calibrated: true
      """;

  @TempDir Path directory;

  @Test
  void a_sound_file_is_read_whole() {
    LabelSet set = LabelSetYaml.parse(SOUND, "labels.yaml");
    assertThat(set)
        .isEqualTo(
            new LabelSet(
                "demo",
                "Two labels",
                set.digest(),
                List.of("a photo of a {}.", "a {}"),
                List.of(
                    new Label(
                        "pistol", "Pistol", "weapons", Action.BLOCK, 0.5, List.of("pistol", "gun")),
                    new Label("food", "food", "benign", Action.ALLOW, null, List.of("pizza"))),
                0.4,
                0.1,
                true));
    assertThat(set.digest()).isEqualTo(LabelSetDigest.of(set)).matches("[0-9a-f]{64}");
  }

  @Test
  void optional_keys_may_be_absent() {
    LabelSet set =
        LabelSetYaml.parse(
            "name: x\nlabels:\n- {id: a, group: g, action: ALLOW, prompts: [one, two]}\n", "x");
    assertThat(set.templates()).isEmpty();
    assertThat(set.description()).isEmpty();
    assertThat(set.lowConfidenceScore()).isNull();
    assertThat(set.lowConfidenceMargin()).isNull();
    assertThat(set.calibrated()).isFalse();
  }

  @Test
  void the_same_content_as_json_is_the_same_set() {
    String json =
        """
        {"calibrated": true, "low_confidence": {"margin": 1.0e-1, "score": 0.40},
         "labels": [
        \t{"prompts": ["pistol", "gun"], "threshold": 0.5, "action": "BLOCK", "group": "weapons",
        \t "name": "Pistol", "id": "pistol"},
        \t{"id": "food", "group": "benign", "action": "ALLOW", "prompts": ["pizza"]}],
         "templates": ["a photo of a {}.", "a {}"],
         "description": "Two labels", "name": "demo"}
        """;
    assertThat(LabelSetYaml.parse(json, "a.json")).isEqualTo(LabelSetYaml.parse(SOUND, "a.yaml"));
  }

  static Stream<Arguments> unsound() {
    return Stream.of(
        change(
            "action: BLOCK",
            "action: DENY",
            9,
            "label \"pistol\": action is \"DENY\", expected ALLOW, REVIEW or BLOCK"),
        change(
            "threshold: 0.5",
            "threshold: 7",
            10,
            "label \"pistol\": threshold is 7.0, expected 0 to 1"),
        change(
            "threshold: 0.5",
            "threshold: .nan",
            10,
            "label \"pistol\": threshold is NaN, expected 0 to 1"),
        change(
            "threshold: 0.5",
            "threshold: high",
            10,
            "label \"pistol\": threshold is the text \"high\", expected a number from 0 to 1"),
        change(
            "threshold: 0.5",
            "treshold: 0.5",
            10,
            "label \"pistol\": unknown key \"treshold\", expected id, name, group, action,"
                + " threshold, prompts"),
        change(
            "threshold: 0.5",
            "group: weapons",
            10,
            "label \"pistol\": key \"group\" is there twice"),
        change("id: food", "id: pistol", 12, "label \"pistol\": another label has this id"),
        change(
            "id: food",
            "id: Fast Food",
            12,
            "label: id is \"Fast Food\", expected 1 to 64 of lower-case letters, digits, _ and -"),
        change("- id: food\n    group", "- group", 12, "label: id is missing"),
        change("    group: benign\n", "", 12, "label \"food\": group is missing"),
        change("[pistol, gun]", "[]", 11, "label \"pistol\": has no prompts"),
        change(
            "[pistol, gun]",
            "[pistol, \" \"]",
            11,
            "label \"pistol\": prompt is empty, expected text"),
        change(
            "[pistol, gun]",
            "[pistol, 1911]",
            11,
            "label \"pistol\": prompt is the value \"1911\", expected text: put it in quotes"),
        change(
            "[pistol, gun]",
            "[pistol, pistol]",
            11,
            "label \"pistol\": prompt \"pistol\" is there twice"),
        change(
            "[pistol, gun]",
            "[pistol, 'a {}']",
            11,
            "label \"pistol\": prompt is \"a {}\", expected no {}: that belongs into templates"),
        change(
            "[pistol, gun]",
            "pistol",
            11,
            "label \"pistol\": prompts is the text \"pistol\", expected a list"),
        change("    prompts: [pistol, gun]\n", "", 6, "label \"pistol\": prompts is missing"),
        change(
            "\"a {}\"]",
            "\"a\"]",
            4,
            "template is \"a\", expected exactly one {} where the prompt goes"),
        change(
            "\"a {}\"]",
            "\"{} {}\"]",
            4,
            "template is \"{} {}\", expected exactly one {} where the prompt goes"),
        change("name: demo\n", "", 2, "name is missing"),
        change("name: demo", "name:", 2, "name is empty, expected text"),
        change("score: 0.4", "score: -1", 17, "low_confidence score is -1.0, expected 0 to 1"),
        change(
            "score: 0.4",
            "socre: 1",
            17,
            "low_confidence unknown key \"socre\", expected score, margin"),
        change(
            "calibrated: true",
            "calibrated: yes",
            18,
            "calibrated is the text \"yes\", expected true or false"),
        change(
            "calibrated: true",
            "colour: red",
            18,
            "unknown key \"colour\", expected name, description, templates, labels,"
                + " low_confidence, calibrated"),
        change(
            "description: Two labels",
            "description: &d Two",
            3,
            "anchors and aliases (& and *) are not supported: write the value out"),
        change(
            "description: Two labels",
            "description: !!str Two",
            3,
            "tags (!) are not supported: quote the value to make it text"),
        change(
            "description: Two labels",
            "description: [[[[[[[[[[1]]]]]]]]]]",
            3,
            "is nested deeper than 8 levels"));
  }

  @ParameterizedTest
  @MethodSource("unsound")
  void a_problem_is_one_line_with_its_place(String yaml, int line, String message) {
    assertThatThrownBy(() -> LabelSetYaml.parse(yaml, "labels.yaml"))
        .isInstanceOf(LabelSetException.class)
        .hasMessage("labels.yaml:" + line + ": " + message);
  }

  @Test
  void all_problems_are_found_in_one_run_in_the_order_of_lines() {
    String yaml =
        SOUND
            .replace("calibrated: true", "calibrated: 1")
            .replace("action: BLOCK", "action: block")
            .replace("threshold: 0.5", "threshold: 2");
    LabelSetException e =
        catchThrowableOfType(
            LabelSetException.class, () -> LabelSetYaml.parse(yaml, "labels.yaml"));
    assertThat(e)
        .hasMessage(
            "labels.yaml:9: label \"pistol\": action is \"block\", expected ALLOW, REVIEW or BLOCK"
                + " (and 2 more)");
    assertThat(e.problems())
        .extracting(p -> p.substring(0, p.indexOf(": ")))
        .containsExactly("labels.yaml:9", "labels.yaml:10", "labels.yaml:18");
  }

  @Test
  void a_set_without_labels_or_with_one_prompt_is_refused() {
    assertThatThrownBy(() -> LabelSetYaml.parse("name: x\nlabels: []\n", "x"))
        .hasMessage("x:2: has no labels");
    assertThatThrownBy(() -> LabelSetYaml.parse("name: x\n", "x")).hasMessage("x:1: has no labels");
    assertThatThrownBy(
            () ->
                LabelSetYaml.parse(
                    "name: x\nlabels:\n- {id: a, group: g, action: ALLOW, prompts: [one]}", "x"))
        .hasMessage("x:3: has 1 prompts, expected 2 to 5000: scores are shares among prompts");
  }

  @Test
  void what_is_not_a_yaml_mapping_is_refused_in_one_line() {
    for (String text : List.of("", "# only a comment\n", "---\n")) {
      assertThatThrownBy(() -> LabelSetYaml.parse(text, "x"))
          .isInstanceOf(LabelSetException.class)
          .message()
          .startsWith("x:")
          .contains("is empty");
    }
    assertThatThrownBy(() -> LabelSetYaml.parse("- a\n- b\n", "x"))
        .isInstanceOf(LabelSetException.class)
        .message()
        .startsWith("x:1: is a list, expected the keys name, description");
    assertThatThrownBy(() -> LabelSetYaml.parse("name: a\nlabels: [\n", "x"))
        .isInstanceOf(LabelSetException.class)
        .message()
        .startsWith("x:3: is not a YAML document: ")
        .doesNotContain("\n");
    assertThatThrownBy(() -> LabelSetYaml.parse("name: a\n---\nname: b\n", "x"))
        .isInstanceOf(LabelSetException.class)
        .message()
        .startsWith("x:2: is not a YAML document: ");
    assertThatThrownBy(() -> LabelSetYaml.parse("name: a\u0000b\n", "x"))
        .isInstanceOf(LabelSetException.class)
        .message()
        .startsWith("x: is not a YAML document: ")
        .doesNotContain("\n");
  }

  @Test
  void a_value_in_place_of_a_label_is_one_problem() {
    assertThatThrownBy(() -> LabelSetYaml.parse("name: x\nlabels:\n- gun\n- food\n", "x"))
        .isInstanceOf(LabelSetException.class)
        .hasMessage(
            "x:3: label: is the text \"gun\", expected the keys id, name, group, action, threshold,"
                + " prompts (and 1 more)");
  }

  @Test
  void any_text_gives_a_set_or_one_line_never_another_failure() {
    Random random = new Random(3);
    String alphabet = "{}[]:,-#&*!|>'\"%@`~<?\\ \n\t\u0000\u0085\ud800aé0.1";
    int refused = 0;
    for (int n = 0; n < 1_000; n++) {
      StringBuilder text = new StringBuilder(SOUND);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(text.length());
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, c);
          case 1 -> text.insert(at, c);
          default -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
        }
      }
      try {
        LabelSet set = LabelSetYaml.parse(text.toString(), "x");
        assertThat(LabelSets.verified(set)).isEqualTo(set);
      } catch (LabelSetException e) {
        refused++;
        assertThat(e.problems())
            .allSatisfy(p -> assertThat(p).startsWith("x:").doesNotContain("\n"));
      }
    }
    assertThat(refused).isBetween(200, 999);
  }

  @Test
  void hostile_input_is_refused_before_it_costs_anything() {
    assertThatThrownBy(() -> LabelSetYaml.parse("[".repeat(500_000), "x"))
        .isInstanceOf(LabelSetException.class)
        .hasMessage("x:1: is nested deeper than 8 levels");
    assertThatThrownBy(() -> LabelSetYaml.parse("#".repeat(YamlDocument.MAX_CHARACTERS + 1), "x"))
        .hasMessage("x: has 1048577 characters, expected at most 1048576");
    String bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nname: *c\n";
    assertThatThrownBy(() -> LabelSetYaml.parse(bomb, "x"))
        .isInstanceOf(LabelSetException.class)
        .message()
        .startsWith("x:1: anchors and aliases");
  }

  @Test
  void files_are_read_as_utf_8_and_named_in_problems() throws IOException {
    Path file = Files.writeString(directory.resolve("mine.yaml"), "\uFEFF" + SOUND);
    assertThat(LabelSetYaml.load(file)).isEqualTo(LabelSetYaml.parse(SOUND, "other"));

    Path missing = directory.resolve("none.yaml");
    assertThatThrownBy(() -> LabelSetYaml.load(missing)).hasMessage(missing + ": no such file");

    Path latin = Files.write(directory.resolve("latin.yaml"), new byte[] {'n', (byte) 0xE9, ':'});
    assertThatThrownBy(() -> LabelSetYaml.load(latin)).hasMessage("latin.yaml: is not UTF-8 text");
  }

  @Test
  void the_shipped_moderation_set_is_sound_and_marked_uncalibrated() {
    LabelSet set = LabelSetYaml.load(Path.of("labels", "moderation.yaml"));
    assertThat(set.name()).isEqualTo("moderation");
    assertThat(set.calibrated()).isFalse();
    assertThat(set.labels())
        .extracting(Label::group)
        .contains(
            "nudity",
            "sexual",
            "violence",
            "gore",
            "weapons",
            "drugs",
            "self_harm",
            "hate",
            "gambling",
            "alcohol_tobacco");
    assertThat(LabelSetReport.of(set).warnings())
        .containsExactly("not calibrated: thresholds were not measured on representative images");
  }

  private static Arguments change(String from, String to, int line, String message) {
    assertThat(SOUND).contains(from);
    return Arguments.of(SOUND.replace(from, to), line, message);
  }
}
