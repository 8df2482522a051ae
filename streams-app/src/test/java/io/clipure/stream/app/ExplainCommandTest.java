package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.Decision;
import io.clipure.schemas.Flag;
import io.clipure.schemas.FlagKind;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.SeenView;
import io.clipure.stream.image.RejectionReason;
import io.clipure.stream.topology.ReasonCodes;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real service decided, told to a person. */
class ExplainCommandTest {
  private static final int IMAGES = 24;
  private static final String BAD = "cut\u001b[2J.jpg";

  @TempDir private static Path folder;
  private static AuditFixture audit;
  private static Map<String, LabelledImage> verdicts;
  private static Map<String, Path> files;

  @BeforeAll
  static void label() throws IOException {
    Path labels = folder.resolve("labels.yaml");
    Files.writeString(
        labels,
        """
        name: demo
        labels:
          - {id: pistol, name: Pistol, group: weapons, action: BLOCK, threshold: 0.25, prompts: [pistol, gun]}
          - {id: pill, name: Pill, group: drugs, action: REVIEW, prompts: [pill]}
          - {id: dog, name: Dog, group: safe, action: ALLOW, prompts: [dog face]}
          - {id: ball, name: Ball, group: safe, action: ALLOW, prompts: [basketball]}
          - {id: cat, name: Cat, group: safe, action: ALLOW, prompts: [cat face]}
        """);
    audit =
        new AuditFixture(
            Map.of("suspicion.key", "0123456789abcdef", "policy.labels", labels.toString()));
    files = new TreeMap<>(AuditFixture.images(IMAGES));
    Path cut = folder.resolve("cut.jpg");
    byte[] whole = Files.readAllBytes(BundledImages.files().get(0));
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    Map<String, Path> published = new TreeMap<>(files);
    published.put(BAD, cut);
    audit.publish(published);
    verdicts = audit.label(IMAGES);
  }

  @AfterAll
  static void close() {
    audit.close();
  }

  private static LabelledImage verdict(Predicate<LabelledImage> wanted) {
    return verdicts.values().stream().filter(wanted).findFirst().orElseThrow();
  }

  private static LabelledImage of(Decision decision) {
    return verdict(
        one -> one.getDecision() == decision && one.getDecidedBy().equals(one.getTopLabel()));
  }

  private static CommandLineRun explain(String... args) {
    String[] line = Stream.concat(Stream.of("explain"), Arrays.stream(args)).toArray(String[]::new);
    CommandLineRun run = audit.run(line);
    if (!List.of(args).contains("--json")) {
      assertThat(run.out().lines()).allSatisfy(text -> assertThat(text.length()).isLessThan(81));
    }
    return run;
  }

  /** Without its line breaks. */
  private static String flat(CommandLineRun run) {
    return run.out().replaceAll("\\s+", " ");
  }

  private static JsonNode json(CommandLineRun run) throws IOException {
    assertThat(run.out().lines()).as(run.err()).hasSize(1);
    return new ObjectMapper().readTree(run.out());
  }

  private static void assertRefused(CommandLineRun run, String words) {
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err()).startsWith("clipure-stream: ").contains(words);
  }

  @Test
  void a_blocked_image_names_the_label_its_threshold_and_by_how_much() {
    LabelledImage blocked = of(Decision.BLOCK);
    double score = blocked.getTopScore();

    CommandLineRun run = explain("--event", blocked.getId());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(flat(run))
        .startsWith(blocked.getId() + ": BLOCK, by pistol")
        .contains("pistol (weapons, BLOCK) scored %.4f".formatted(score))
        .contains("threshold of 0.2500", "%.4f".formatted(score - 0.25))
        .contains("Else: milder if pistol had stayed below its threshold of 0.2500")
        .contains("pistol (weapons, from 0.2500): pistol, gun")
        .contains("DERIVED AGAIN Reproduced: from the image the same verdict follows, every");
  }

  @Test
  void an_allowed_image_says_what_came_nearest_to_another_decision() {
    LabelledImage allowed = of(Decision.ALLOW);

    CommandLineRun run = explain("--event", allowed.getId(), "--recorded-only");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(flat(run))
        .contains("has the best score of all")
        .contains("Else: REVIEW if", "Else: BLOCK if pistol had reached its threshold of 0.2500")
        .doesNotContain("DERIVED AGAIN");
  }

  @Test
  void a_flagged_image_says_why_a_person_should_look() {
    LabelledImage flagged = verdict(one -> !one.getFlags().isEmpty());
    assertThat(flagged.getFlags().get(0).getKind()).isEqualTo(FlagKind.LOW_CONFIDENCE);

    CommandLineRun run = explain("--event", flagged.getId());

    assertThat(flat(run))
        .contains("LOW_CONFIDENCE: the model is not sure; a person should look.")
        .contains("view-tv-mean", "SUSPICION The score is ", "not flagged");
  }

  @Test
  void what_a_view_decided_is_told_with_the_views_own_figures() throws Exception {
    LabelledImage allowed = of(Decision.ALLOW);
    LabelledImage blocked = of(Decision.BLOCK);
    // A view that shows a pistol where the image does not.
    SeenView harmful =
        SeenView.newBuilder(allowed.getViews().get(1))
            .setDecision(Decision.BLOCK)
            .setTopLabel("pistol")
            .build();
    LabelledImage raised =
        LabelledImage.newBuilder(allowed)
            .setDecision(Decision.BLOCK)
            .setDecidedBy("pistol")
            .setViews(List.of(allowed.getViews().get(0), harmful))
            .setViewEmbeddings(List.of(allowed.getViewEmbeddings().get(0), blocked.getEmbedding()))
            .build();

    JsonNode told = json(explain("--at", audit.write(raised), "--recorded-only", "--json"));

    assertThat(told.at("/why/madeOn").asText()).isEqualTo("VIEW");
    assertThat(told.at("/why/view").asInt()).isEqualTo(1);
    assertThat(told.at("/why/rule").asText()).isEqualTo("THRESHOLD");
    assertThat(told.at("/why/reached").asDouble())
        .isCloseTo(blocked.getTopScore(), org.assertj.core.api.Assertions.within(0.005));
    assertThat(told.at("/why/sentences").toString())
        .contains("The image itself would have been ALLOW");
  }

  @Test
  void a_dead_letter_is_told_with_its_reason_what_helps_and_whether_it_is_still_so()
      throws IOException {
    CommandLineRun run = explain("--event", BAD);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(flat(run))
        .startsWith("cut\\u{1b}[2J.jpg: no verdict, a dead letter: CORRUPT_IMAGE")
        .contains("The bytes end early or contradict the format.")
        .contains("Now: the image is still refused, CORRUPT_IMAGE")
        .contains("WHAT TO DO", "Send it back: dead-letters requeue ");
    JsonNode told = json(explain("--event", BAD, "--json"));
    assertThat(told.get("kind").asText()).isEqualTo("dead-letter");
    assertThat(told.get("id").asText()).isEqualTo(BAD);
    assertThat(told.get("toDo").asText()).contains("again");

    Path whole = files.values().iterator().next();
    assertThat(explain("--event", BAD, "--image", whole.toString()).out())
        .contains("the image itself can be read");
    String at =
        "%s:%d:%d"
            .formatted(
                told.at("/origin/topic").asText(),
                told.at("/origin/partition").asInt(),
                told.at("/origin/offset").asLong());
    assertThat(explain("--at", at).out()).isEqualTo(run.out());
  }

  @Test
  void the_newest_of_several_verdicts_is_told_and_the_others_are_named() throws Exception {
    LabelledImage old = of(Decision.ALLOW);
    LabelledImage.Builder twice = LabelledImage.newBuilder(old).setId("twice");
    String first = audit.write(twice.build());
    twice.getTimingsBuilder().setLabelledAt(old.getTimings().getLabelledAt().plusSeconds(60));
    twice.setDecision(Decision.REVIEW).setDecidedBy("pill");
    String second = audit.write(twice.build());

    CommandLineRun run = explain("--event", "twice", "--recorded-only");

    assertThat(flat(run))
        .startsWith("twice: REVIEW, by pill")
        .contains("images.labelled " + second + ";", "the newest of 2 verdicts")
        .contains(first)
        .contains("The record does not tell how");
    assertThat(explain("--at", first, "--recorded-only").out()).startsWith("twice: ALLOW");
  }

  @Test
  void without_its_label_set_it_says_so_and_what_to_do() throws Exception {
    LabelledImage blocked = of(Decision.BLOCK);
    LabelledImage unknown =
        LabelledImage.newBuilder(blocked)
            .setProvenance(
                Provenance.newBuilder(blocked.getProvenance())
                    .setLabelSetDigest("0".repeat(64))
                    .build())
            .build();

    CommandLineRun run = explain("--at", audit.write(unknown));

    assertThat(run.exitCode()).isZero();
    assertThat(flat(run))
        .contains("The label set demo (digest 00000000000…) was not found")
        .contains("above its own threshold of 0.2500")
        .contains("LABEL_SET_UNKNOWN")
        .doesNotContain("Prompts:");
  }

  @Test
  void what_does_not_follow_any_more_is_a_finding() throws Exception {
    LabelledImage wrong = LabelledImage.newBuilder(of(Decision.ALLOW)).setTopScore(0.123).build();

    CommandLineRun run = explain("--at", audit.write(wrong));

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(flat(run)).contains("DIFFERS: from the image something else", "topScore");
  }

  @Test
  void a_saved_record_with_its_image_in_a_file_needs_no_topic() throws Exception {
    LabelledImage.Builder elsewhere = LabelledImage.newBuilder(of(Decision.BLOCK));
    elsewhere.getOriginBuilder().setOffset(1_000_000L);
    LabelledImage gone = elsewhere.build();
    Path record = folder.resolve("verdict.bin");
    Files.write(
        record,
        Clients.serdes(audit.config)
            .labelledImage()
            .serializer()
            .serialize(audit.config.topics().labelled(), gone));

    JsonNode without = json(explain("--record", record.toString(), "--json"));
    assertThat(without.at("/rederivation/outcome").asText()).isEqualTo("SCORES_REPRODUCED");
    JsonNode with =
        json(
            explain(
                "--record",
                record.toString(),
                "--image",
                files.get(gone.getId()).toString(),
                "--json"));
    assertThat(with.at("/rederivation/outcome").asText()).isEqualTo("REPRODUCED");
    assertThat(with.at("/rederivation/exact").asBoolean()).isTrue();
  }

  @Test
  void nothing_of_a_stranger_reaches_the_terminal_as_it_is() throws Exception {
    String hostile = "\u001b[31m\r\n\u202eevil";
    LabelledImage.Builder builder = LabelledImage.newBuilder(of(Decision.ALLOW));
    LabelledImage evil =
        builder
            .setId("evil" + hostile)
            .setSource(hostile)
            .setAttributes(Map.of(hostile, hostile))
            .setFlags(List.of(new Flag(FlagKind.LOW_CONFIDENCE, hostile)))
            .setProvenance(
                Provenance.newBuilder(builder.getProvenance())
                    .setModelName(hostile)
                    .setDevice(hostile)
                    .build())
            .build();
    String at = audit.write(evil);

    for (CommandLineRun run :
        List.of(explain("--at", at), audit.run("explain", "--at", at, "--json"))) {
      assertThat(run.out()).doesNotContain("\u001b", "\r", "\u202e").contains("evil");
    }
  }

  @Test
  void all_shows_every_label() {
    LabelledImage one = of(Decision.BLOCK);
    assertThat(explain("--event", one.getId(), "--all", "--recorded-only").out())
        .contains("pill ", "dog ", "ball ", "cat ")
        .doesNotContain("--all shows them");
  }

  @Test
  void wrong_usage_and_unknown_events_are_a_line_each() {
    assertRefused(explain(), "which verdict?");
    assertRefused(explain("--event", "a", "--at", "0:1"), "exclude one another");
    assertRefused(explain("--at", "zero"), "[TOPIC:]PARTITION:OFFSET");
    assertRefused(explain("--event", "a", "--image", "/no/where"), "no such file");
    assertRefused(explain("--event", "a", "--store", "/no/where"), "store add");
    assertRefused(explain("--record", "/no/where"), "cannot be read");

    CommandLineRun unknown = explain("--event", "nobody\u001b[2J");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(unknown.out()).isEmpty();
    assertThat(unknown.err().lines()).hasSize(1);
    assertThat(unknown.err())
        .contains("nobody\\u{1b}[2J: neither a verdict among the", "nor a dead letter in");
    assertThat(explain("--at", "0:99999999").err()).contains("there is no record");
  }

  @Test
  void every_reason_code_has_words() throws IllegalAccessException {
    for (RejectionReason reason : RejectionReason.values()) {
      assertThat(ReasonWords.of(reason.name())).as(reason.name()).isPresent();
    }
    for (Field code : ReasonCodes.class.getFields()) {
      assertThat(ReasonWords.of((String) code.get(null))).as(code.getName()).isPresent();
    }
    assertThat(ReasonWords.of("NEWER_THAN_THIS")).isEmpty();
  }
}
