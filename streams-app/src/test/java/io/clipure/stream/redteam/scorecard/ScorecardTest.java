package io.clipure.stream.redteam.scorecard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScorecardTest {
  private static final String HOSTILE =
      "<script>alert(1)</script>\"' onerror=x `\u202egnp.exe &amp; ]]>--> </style>";

  @TempDir private Path folder;

  private Scorecard card(int images, String hostile) throws IOException {
    Plan plan = Plans.plan(images, hostile);
    try (Journal journal = Journal.open(folder.resolve("j" + images), plan, "2026-11-25")) {
      new Run(plan, Plans.samples(images, hostile), id -> 0, new FakeLab(-1), () -> 0)
          .finish(journal, RunListener.NONE);
      return Scorecard.of(
          "clipure-stream redteam " + hostile,
          journal.started(),
          plan,
          List.of("all 40 harmful images" + hostile),
          Results.of(journal.done()),
          List.of(
              new Check(
                  "broken",
                  "Does the attack break the encoder alone?",
                  Check.Answer.PASS,
                  "99 %" + hostile,
                  "It is strong enough."),
              new Check(
                  "doubled", "Do more steps help?", Check.Answer.WARN, "5 points", "Too weak.")));
    }
  }

  @Test
  void jsonReadBackIsTheSameScorecard() throws IOException {
    Scorecard card = card(12, HOSTILE);
    byte[] json = ScorecardJson.write(card);
    Scorecard read = ScorecardJson.read(json);
    assertThat(read.cells()).isEqualTo(card.cells());
    assertThat(read.clean()).isEqualTo(card.clean());
    assertThat(read.checks()).isEqualTo(card.checks());
    assertThat(read.plan()).isEqualTo(card.plan());
    assertThat(read.plan().digest()).isEqualTo(card.planDigest());
    assertThat(ScorecardJson.write(read)).isEqualTo(json);
  }

  @Test
  void anotherVersionIsRefused() {
    assertThatThrownBy(
            () ->
                ScorecardJson.read(
                    "{\"format\": \"clipure-scorecard/2\"}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessage("format is clipure-scorecard/2, expected clipure-scorecard/1");
  }

  @Test
  void theWorstRowTakesForEveryImageTheAttackThatDidBest() throws IOException {
    Scorecard card = card(40, "");
    List<Cell> cells =
        card.cells().stream()
            .filter(cell -> cell.column().equals(Column.PLAIN) && cell.epsilon() == 4)
            .toList();
    assertThat(cells).extracting(Cell::attack).containsExactly("apgd-ce", "apgd-t", Cell.WORST);
    assertThat(cells.get(2).evaded().hits())
        .isGreaterThanOrEqualTo(
            Math.max(cells.get(0).evaded().hits(), cells.get(1).evaded().hits()));
    assertThat(cells.get(2).robust().hits())
        .isLessThanOrEqualTo(Math.min(cells.get(0).robust().hits(), cells.get(1).robust().hits()));
    assertThat(cells.get(2).gradients()).isCloseTo(80, within(1e-9));
    assertThat(card.strongest(Column.PLAIN, Mode.TRANSFER, 4)).contains(cells.get(2));
  }

  @Test
  void theThresholdLetsOnePerCentOfCleanImagesThrough() {
    List<Outcome> clean =
        java.util.stream.IntStream.range(0, 200)
            .mapToObj(i -> new Outcome(1, 0, 0, 0, 0, 0, List.of((double) i), ""))
            .toList();
    double threshold = Detection.threshold(clean).orElseThrow();
    assertThat(clean.stream().filter(one -> Detection.reached(one, threshold) == 1)).hasSize(2);
  }

  @Test
  void textOfStrangersCannotBreakOutOfThePage() throws IOException {
    String page = new String(ScorecardHtml.write(card(12, HOSTILE)), StandardCharsets.UTF_8);
    assertThat(page).contains("&lt;script&gt;alert(1)&lt;/script&gt;").contains("\\u{202e}gnp.exe");
    assertThat(page).doesNotContain("<script").doesNotContain("\u202e");
    assertThat(page.split("</style>", -1)).hasSize(2);
  }

  @Test
  void thePageNeedsNothingFromElsewhereAndItsTagsMatch() throws IOException {
    Scorecard card = card(12, "");
    Files.write(folder.resolve("page.html"), ScorecardHtml.write(card));
    String page = Files.readString(folder.resolve("page.html"));
    assertThat(page)
        .doesNotContain("http:")
        .doesNotContain("https:")
        .doesNotContain("url(")
        .doesNotContain("@import");
    Matcher sources = Pattern.compile(" (?:src|href)=\"([^\"]{0,22})").matcher(page);
    assertThat(sources.results().map(found -> found.group(1)))
        .isNotEmpty()
        .containsOnly("data:image/png;base64,");
    for (String tag :
        List.of("div", "table", "tr", "td", "section", "svg", "g", "figure", "p", "dl")) {
      assertThat(page.split("<" + tag + "[ >]", -1).length)
          .as(tag)
          .isEqualTo(page.split("</" + tag + ">", -1).length);
    }
  }

  @Test
  void thePerturbationIsShownTenTimesEnlargedAroundGrey() throws IOException {
    byte[] before = new byte[3 * 4];
    byte[] after = new byte[3 * 4];
    java.util.Arrays.fill(before, (byte) 100);
    java.util.Arrays.fill(after, (byte) 100);
    after[0] = 104;
    after[1] = 92;
    after[2] = (byte) 200;
    var image =
        javax.imageio.ImageIO.read(
            new java.io.ByteArrayInputStream(
                Pixels.perturbation(Pixels.png(before), Pixels.png(after))));
    assertThat(image.getRGB(0, 0) & 0xffffff).isEqualTo(168 << 16 | 48 << 8 | 255);
    assertThat(image.getRGB(1, 1) & 0xffffff).isEqualTo(0x808080);
  }
}
