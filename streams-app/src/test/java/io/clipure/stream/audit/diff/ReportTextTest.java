package io.clipure.stream.audit.diff;

import static io.clipure.schemas.Decision.ALLOW;
import static io.clipure.schemas.Decision.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers write into ids and labels stays text. */
class ReportTextTest {
  private static final String HOSTILE =
      "=cmd|'/c calc'!A0\"><script>alert(1)</script>\u202egnp.\n,;";

  @TempDir private Path folder;

  private DiffReport hostile(StringWriter csv) throws IOException {
    ChangesCsv rows = new ChangesCsv(csv);
    try (Comparison comparison = new Comparison(folder, 1 << 20, 5, 5)) {
      comparison.labelled(
          Side.BEFORE,
          Verdicts.at(1),
          Verdicts.of(HOSTILE, 1, BLOCK, HOSTILE, Map.of(HOSTILE, 0.9, "b", 0.1), Map.of()));
      comparison.labelled(
          Side.AFTER,
          Verdicts.at(1),
          Verdicts.of(HOSTILE, 1, ALLOW, HOSTILE + 2, Map.of(HOSTILE, 0.1, "b", 0.9), Map.of()));
      comparison.labelled(
          Side.BEFORE, Verdicts.at(2), Verdicts.of(HOSTILE + 3, 2, BLOCK, Map.of(HOSTILE, 0.9)));
      comparison.deadLetter(
          Side.AFTER, Verdicts.at(2), HOSTILE + 3, new Place(HOSTILE, 0, 2), HOSTILE);
      comparison.labelled(
          Side.BEFORE, Verdicts.at(3), Verdicts.of(HOSTILE + 4, 3, BLOCK, Map.of(HOSTILE, 0.9)));
      DiffFigures figures =
          comparison.compare(
              change -> {
                try {
                  rows.write(change);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      RunSource source =
          new RunSource(List.of(new RunSource.Stretch(HOSTILE, 0, 5, 9, true, 4, 2)));
      return new DiffReport(
          comparison.facts(Side.BEFORE, source), comparison.facts(Side.AFTER, source), figures);
    }
  }

  @Test
  void noTextOfStrangersBecomesMarkup() throws IOException {
    DiffReport report = hostile(new StringWriter());
    String page =
        new String(
            DiffHtml.write(
                report,
                report.answers(List.of(Budget.parse("block-lost > 0", false))),
                Map.of(
                    HOSTILE,
                    new Picture.Shown(new byte[] {1, 2, 3}),
                    HOSTILE + 3,
                    new Picture.Absent(HOSTILE))),
            StandardCharsets.UTF_8);
    assertThat(page)
        .contains("1 image is no longer blocked", "&lt;script&gt;", "class=\"veil\"", "broken by 1")
        .doesNotContain("<script", "\u202e", "cmd|'", "http://", "https://");
    // Every attribute that holds text is closed, and nothing is loaded from elsewhere.
    assertThat(Pattern.compile("(src|href)=\"(?!data:image/jpeg;base64,|#)").matcher(page).find())
        .isFalse();
    assertThat(page).contains("deleted by retention", "begins where its topic now begins");
  }

  @Test
  void noCellIsAFormulaAndEveryRowIsOneLine() throws IOException {
    StringWriter csv = new StringWriter();
    hostile(csv);
    String[] lines = csv.toString().split("\r\n");
    assertThat(lines).hasSize(4);
    assertThat(lines[1])
        .startsWith("\"'=cmd|'/c calc'!A0\"\"><script>")
        .contains("\\u{202e}", "\\u{a}", ",decision top-label,BLOCK,ALLOW,")
        .doesNotContain("\u202e");
    assertThat(lines[0].split(",")).hasSize(23);
    assertThat(csv.toString()).doesNotContain(",=", ",@").doesNotContainPattern("(?m)^[=+@-]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\uff1d1", "%x", "|x"})
  void aCellThatASpreadsheetWouldRunBeginsWithAnApostrophe(String text) {
    assertThat(ChangesCsv.text(text)).startsWith("\"'").endsWith("\"");
  }

  @Test
  void plainCellsStayPlain() {
    assertThat(ChangesCsv.text("000123/upload-1.jpg")).isEqualTo("000123/upload-1.jpg");
    assertThat(ChangesCsv.text("a,b")).isEqualTo("\"a,b\"");
    assertThat(ChangesCsv.text("")).isEmpty();
  }

  @Test
  void sharesAreNeverRoundedToNoneOrAll() {
    assertThat(Words.percent(0)).isEqualTo("0 %");
    assertThat(Words.percent(1e-6)).isEqualTo("<0.01 %");
    assertThat(Words.percent(0.0024)).isEqualTo("0.24 %");
    assertThat(Words.percent(0.5)).isEqualTo("50.0 %");
    assertThat(Words.percent(0.999999)).isEqualTo(">99.99 %");
    assertThat(Words.percent(1)).isEqualTo("100 %");
  }

  @Test
  void shiftsFallIntoTheirBins() {
    assertThat(LabelTally.bin(0.01)).isEqualTo(5);
    assertThat(LabelTally.bin(-0.0101)).isEqualTo(4);
    assertThat(LabelTally.bin(0.05)).isEqualTo(6);
    assertThat(LabelTally.bin(0.051)).isEqualTo(7);
    assertThat(LabelTally.bin(1)).isEqualTo(10);
    assertThat(LabelTally.bin(-1)).isZero();
  }

  @Test
  void quantilesAreRightToThreePerCent() {
    MicrosHistogram times = new MicrosHistogram();
    for (int i = 1; i <= 100_000; i++) {
      times.add(i);
    }
    Quantiles figures = times.figures();
    assertThat(figures.count()).isEqualTo(100_000);
    assertThat(figures.meanMicros()).isEqualTo(50_000.5);
    assertThat((double) figures.p50Micros()).isBetween(48_400.0, 50_000.0);
    assertThat((double) figures.p99Micros()).isBetween(96_000.0, 99_000.0);
  }
}
