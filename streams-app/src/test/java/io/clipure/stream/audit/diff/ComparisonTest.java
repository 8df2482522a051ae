package io.clipure.stream.audit.diff;

import static io.clipure.schemas.Decision.ALLOW;
import static io.clipure.schemas.Decision.BLOCK;
import static io.clipure.schemas.Decision.REVIEW;
import static io.clipure.schemas.FlagKind.LOW_CONFIDENCE;
import static io.clipure.schemas.FlagKind.SUSPECTED_ADVERSARIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.clipure.schemas.Decision;
import io.clipure.schemas.Flag;
import io.clipure.schemas.FlagKind;
import io.clipure.schemas.LabelledImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  private static final RunSource NOWHERE = new RunSource(List.of());

  @TempDir private Path folder;

  private static Map<String, Double> scores(double cat, double gun) {
    return Map.of("cat", cat, "gun", gun, "rest", 1 - cat - gun);
  }

  private static DiffFigures figures(Comparison comparison, List<ImageChange> changes) {
    return comparison.compare(changes::add);
  }

  /** Twelve events, all figures worked out by hand. */
  @Test
  void aSmallCaseComesOutAsWorkedOutByHand() {
    List<ImageChange> changes = new ArrayList<>();
    DiffReport report;
    try (Comparison comparison = new Comparison(folder, 1 << 20, 5, 5)) {
      before(comparison, 1, "kept", ALLOW, 0.9, 0.05);
      after(comparison, 1, "kept", ALLOW, 0.9, 0.05);
      before(comparison, 2, "moved", ALLOW, 0.9, 0.05);
      after(comparison, 2, "moved", ALLOW, 0.8, 0.15);
      before(comparison, 3, "escaped", BLOCK, 0.1, 0.8);
      after(comparison, 3, "escaped", ALLOW, 0.7, 0.2);
      before(comparison, 4, "escaped a bit", BLOCK, 0.1, 0.8);
      after(comparison, 4, "escaped a bit", REVIEW, 0.1, 0.7);
      before(comparison, 5, "caught", ALLOW, 0.6, 0.3);
      after(comparison, 5, "caught", BLOCK, 0.3, 0.6);
      before(comparison, 6, "gone", BLOCK, 0.1, 0.8);
      after(comparison, 7, "new", REVIEW, 0.5, 0.4);
      before(comparison, 8, "died", ALLOW, 0.9, 0.05);
      comparison.deadLetter(
          Side.AFTER, Verdicts.at(8), "died", new Place("images", 0, 8), "CORRUPT_IMAGE");
      comparison.deadLetter(
          Side.BEFORE, Verdicts.at(9), "rose", new Place("images", 0, 9), "FETCH_FAILED");
      after(comparison, 9, "rose", ALLOW, 0.9, 0.05);
      comparison.deadLetter(Side.AFTER, Verdicts.at(10), null, Place.UNKNOWN, "UNDECODABLE_EVENT");
      comparison.unreadable(Side.BEFORE);
      DiffFigures figures = figures(comparison, changes);
      report =
          new DiffReport(
              comparison.facts(Side.BEFORE, NOWHERE),
              comparison.facts(Side.AFTER, NOWHERE),
              figures);
    }
    DiffFigures figures = report.figures();
    assertThat(figures.joined()).isEqualTo(5);
    assertThat(figures.labelledBefore()).isEqualTo(7);
    assertThat(figures.labelledAfter()).isEqualTo(7);
    assertThat(figures.count(Outcome.ALLOW, Outcome.ALLOW)).isEqualTo(2);
    assertThat(figures.count(Outcome.BLOCK, Outcome.ALLOW)).isEqualTo(1);
    assertThat(figures.count(Outcome.BLOCK, Outcome.REVIEW)).isEqualTo(1);
    assertThat(figures.count(Outcome.ALLOW, Outcome.BLOCK)).isEqualTo(1);
    assertThat(figures.count(Outcome.BLOCK, Outcome.ABSENT)).isEqualTo(1);
    assertThat(figures.count(Outcome.ABSENT, Outcome.REVIEW)).isEqualTo(1);
    assertThat(figures.count(Outcome.ALLOW, Outcome.DEAD_LETTER)).isEqualTo(1);
    assertThat(figures.count(Outcome.DEAD_LETTER, Outcome.ALLOW)).isEqualTo(1);
    assertThat(figures.decisionsChanged()).isEqualTo(3);
    assertThat(figures.lost(Outcome.BLOCK)).isEqualTo(2);
    assertThat(figures.gained(Outcome.BLOCK)).isEqualTo(1);
    assertThat(figures.lost(Outcome.ALLOW)).isEqualTo(1);
    assertThat(figures.gained(Outcome.REVIEW)).isEqualTo(1);
    assertThat(figures.topLabelsAgree().hits()).isEqualTo(3);
    assertThat(figures.flips())
        .containsExactly(new Flip("cat", "gun", 1), new Flip("gun", "cat", 1));
    assertThat(figures.identicalScores()).isEqualTo(1);
    // 0, 0.1, 0.6, 0.1, 0.3 over five images.
    assertThat(figures.meanTotalVariation()).isCloseTo(1.1 / 5, within(1e-9));
    assertThat(figures.missing()).isEqualTo(new DiffFigures.Ids(1, List.of("gone")));
    assertThat(figures.extra()).isEqualTo(new DiffFigures.Ids(1, List.of("new")));
    assertThat(figures.deadLettered()).isEqualTo(new DiffFigures.Ids(1, List.of("died")));
    assertThat(figures.recovered()).isEqualTo(new DiffFigures.Ids(1, List.of("rose")));
    assertThat(figures.deadLetterReasons()).isEqualTo(Map.of("CORRUPT_IMAGE", 1L));
    assertThat(report.before().unreadable()).isEqualTo(1);
    assertThat(report.after().nameless()).isEqualTo(1);
    assertThat(figures.transitions().stream().map(one -> one.before() + ">" + one.after()))
        .as("the worst first")
        .containsExactly(
            "BLOCK>ALLOW", "BLOCK>REVIEW", "ALLOW>BLOCK", "DEAD_LETTER>ALLOW", "ALLOW>DEAD_LETTER");
    assertThat(figures.moved()).extracting(ImageChange::id).containsExactly("moved");
    assertThat(changes)
        .extracting(ImageChange::id)
        .containsExactly("caught", "died", "escaped", "escaped a bit", "gone", "new", "rose");
    LabelShift gun =
        figures.labels().stream().filter(one -> one.label().equals("gun")).findFirst().get();
    assertThat(gun.topBefore()).isEqualTo(2);
    assertThat(gun.topAfter()).isEqualTo(2);
    assertThat(gun.topLost()).isEqualTo(1);
    // 0, +0.1, -0.6, -0.1, +0.3.
    assertThat(gun.meanShift()).isCloseTo(-0.3 / 5, within(1e-9));
    assertThat(gun.meanDistance()).isCloseTo(1.1 / 5, within(1e-9));
    assertThat(gun.largestFall()).isCloseTo(-0.6, within(1e-9));
  }

  private static void before(
      Comparison comparison, long offset, String id, Decision decision, double cat, double gun) {
    comparison.labelled(
        Side.BEFORE, Verdicts.at(offset), Verdicts.of(id, offset, decision, scores(cat, gun)));
  }

  private static void after(
      Comparison comparison, long offset, String id, Decision decision, double cat, double gun) {
    comparison.labelled(
        Side.AFTER, Verdicts.at(offset), Verdicts.of(id, offset, decision, scores(cat, gun)));
  }

  @Test
  void theLastResultOfAnEventInSourceOrderCounts() {
    try (Comparison comparison = new Comparison(folder, 1, 2, 5, 5)) {
      // Sent again later: the second upload stands at 40, whatever the order of the results.
      comparison.labelled(
          Side.BEFORE, Verdicts.at(90), Verdicts.of("x", 40, BLOCK, scores(0.1, 0.8)));
      comparison.labelled(
          Side.BEFORE, Verdicts.at(91), Verdicts.of("x", 4, ALLOW, scores(0.8, 0.1)));
      // Labelled twice by an at-least-once run: the later record counts.
      comparison.labelled(
          Side.AFTER, Verdicts.at(7), Verdicts.of("x", 40, ALLOW, scores(0.8, 0.1)));
      comparison.labelled(
          Side.AFTER, Verdicts.at(12), Verdicts.of("x", 40, REVIEW, scores(0.5, 0.4)));
      // Failed first, then sent back by an operator.
      comparison.deadLetter(Side.AFTER, Verdicts.at(99), "x", new Place("images", 0, 4), "OLD");
      DiffFigures figures = figures(comparison, new ArrayList<>());
      assertThat(figures.joined()).isEqualTo(1);
      assertThat(figures.count(Outcome.BLOCK, Outcome.REVIEW)).isEqualTo(1);
      assertThat(figures.duplicatesBefore()).isEqualTo(1);
      assertThat(figures.duplicatesAfter()).isEqualTo(2);
    }
  }

  @Test
  void labelSetsThatDifferAreComparedLabelByLabel() {
    try (Comparison comparison = new Comparison(folder, 1 << 20, 5, 5)) {
      comparison.labelled(
          Side.BEFORE,
          Verdicts.at(1),
          Verdicts.of("a", 1, ALLOW, "old", Map.of("cat", 0.7, "dog", 0.3), Map.of("dog", 0.5)));
      comparison.labelled(
          Side.AFTER,
          Verdicts.at(1),
          Verdicts.of("a", 1, BLOCK, "new", Map.of("dog", 0.6, "gun", 0.4), Map.of("dog", 0.4)));
      DiffFigures figures = figures(comparison, new ArrayList<>());
      assertThat(figures.comparable()).isZero();
      assertThat(figures.transitions().get(0).shown().get(0).totalVariation()).isNaN();
      assertThat(figures.labels())
          .extracting(LabelShift::label, LabelShift::compared)
          .containsExactly(tuple("dog", 1L), tuple("cat", 0L), tuple("gun", 0L));
      assertThat(figures.labels().get(0).meanShift()).isCloseTo(0.3, within(1e-9));
      DiffReport report =
          new DiffReport(
              comparison.facts(Side.BEFORE, NOWHERE),
              comparison.facts(Side.AFTER, NOWHERE),
              figures);
      assertThat(Difference.of(report))
          .extracting(Difference::name, Difference::before, Difference::after)
          .containsExactly(
              tuple(
                  "label set",
                  List.of("old " + "ab".repeat(32)),
                  List.of("new " + "ab".repeat(32))),
              tuple("threshold of dog", List.of("0.5"), List.of("0.4")),
              tuple("labels of one run only", List.of("cat"), List.of("gun")));
      assertThat(figures.labels().stream().filter(one -> one.label().equals("dog")).findFirst())
          .get()
          .satisfies(dog -> assertThat(dog.crossedUp()).isEqualTo(1));
    }
  }

  /** Against another way of counting, with memory for about one record, in two orders. */
  @Test
  void aRunManyTimesItsMemoryGivesTheFiguresOfASimpleCountInAnyOrder() {
    Random random = new Random(11);
    Map<String, LabelledImage> before = new HashMap<>();
    Map<String, LabelledImage> after = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      String id = "id-" + i;
      if (i % 17 != 0) {
        before.put(id, random(id, i, random));
      }
      if (i % 13 != 0) {
        after.put(id, random(id, i, random));
      }
    }
    byte[] first = report(before, after, 4_000, 4, 1);
    byte[] second = report(before, after, 1 << 26, 64, 2);
    assertThat(second).as("bytes of the report").isEqualTo(first);

    List<ImageChange> changes = new ArrayList<>();
    DiffFigures figures = run(before, after, 4_000, 4, 3, changes).figures();
    long joined = before.keySet().stream().filter(after::containsKey).count();
    assertThat(figures.joined()).isEqualTo(joined);
    for (Decision was : Decision.values()) {
      for (Decision is : Decision.values()) {
        assertThat(figures.count(Outcome.valueOf(was.name()), Outcome.valueOf(is.name())))
            .as(was + " to " + is)
            .isEqualTo(
                before.values().stream()
                    .filter(one -> one.getDecision() == was)
                    .filter(one -> after.containsKey(one.getId()))
                    .filter(one -> after.get(one.getId()).getDecision() == is)
                    .count());
      }
    }
    assertThat(figures.missing().count()).isEqualTo(before.size() - joined);
    assertThat(figures.extra().count()).isEqualTo(after.size() - joined);
    double shift = 0;
    long gained = 0;
    for (LabelledImage was : before.values()) {
      LabelledImage is = after.get(was.getId());
      if (is != null) {
        shift += is.getScores().get(0).getScore() - was.getScores().get(0).getScore();
        Set<FlagKind> kinds = kinds(is);
        kinds.removeAll(kinds(was));
        gained += kinds.isEmpty() ? 0 : 1;
      }
    }
    assertThat(figures.flagsGained().hits()).isEqualTo(gained);
    LabelShift cat =
        figures.labels().stream().filter(one -> one.label().equals("cat")).findFirst().get();
    assertThat(cat.meanShift()).isCloseTo(shift / joined, within(1e-9));
    assertThat(java.util.Arrays.stream(cat.shifts()).sum()).isEqualTo(joined);
  }

  private static Set<FlagKind> kinds(LabelledImage image) {
    return image.getFlags().stream().map(Flag::getKind).collect(Collectors.toSet());
  }

  private static LabelledImage random(String id, long offset, Random random) {
    double cat = random.nextDouble();
    double gun = random.nextDouble() * (1 - cat);
    Decision decision = Decision.values()[random.nextInt(3)];
    return switch (random.nextInt(5)) {
      case 0 -> Verdicts.of(id, offset, decision, scores(cat, gun), LOW_CONFIDENCE);
      case 1 -> Verdicts.of(id, offset, decision, scores(cat, gun), SUSPECTED_ADVERSARIAL);
      default -> Verdicts.of(id, offset, decision, scores(cat, gun));
    };
  }

  private byte[] report(
      Map<String, LabelledImage> before,
      Map<String, LabelledImage> after,
      long memory,
      int fanIn,
      int order) {
    DiffReport report = run(before, after, memory, fanIn, order, new ArrayList<>());
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    all.writeBytes(DiffJson.write(report, List.of()));
    all.writeBytes(DiffHtml.write(report, List.of(), Map.of()));
    return all.toByteArray();
  }

  private DiffReport run(
      Map<String, LabelledImage> before,
      Map<String, LabelledImage> after,
      long memory,
      int fanIn,
      int order,
      List<ImageChange> changes) {
    try (Comparison comparison = new Comparison(folder, memory, fanIn, 5, 5)) {
      shuffled(before, order)
          .forEach(
              one ->
                  comparison.labelled(Side.BEFORE, Verdicts.at(one.getOrigin().getOffset()), one));
      shuffled(after, order)
          .forEach(
              one ->
                  comparison.labelled(Side.AFTER, Verdicts.at(one.getOrigin().getOffset()), one));
      if (memory < 10_000) {
        assertThat(comparison.spilledBytes()).as("bytes on disk").isGreaterThan(10 * memory);
      }
      DiffFigures figures = figures(comparison, changes);
      return new DiffReport(
          comparison.facts(Side.BEFORE, NOWHERE), comparison.facts(Side.AFTER, NOWHERE), figures);
    }
  }

  private static List<LabelledImage> shuffled(Map<String, LabelledImage> run, int order) {
    List<LabelledImage> list = new ArrayList<>(run.values());
    list.sort(java.util.Comparator.comparing(LabelledImage::getId));
    Collections.shuffle(list, new Random(order));
    return list;
  }
}
