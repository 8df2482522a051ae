package io.clipure.stream.audit.diff;

import static io.clipure.schemas.Decision.ALLOW;
import static io.clipure.schemas.Decision.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.audit.AuditException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
  @TempDir private Path folder;

  /** So many images, of which so many are no longer blocked. */
  private DiffReport report(int joined, int escaped) {
    try (Comparison comparison = new Comparison(folder, 1 << 20, 5, 5)) {
      for (int i = 0; i < joined; i++) {
        comparison.labelled(
            Side.BEFORE, Verdicts.at(i), Verdicts.of("i" + i, i, BLOCK, Map.of("a", 0.9)));
        comparison.labelled(
            Side.AFTER,
            Verdicts.at(i),
            Verdicts.of("i" + i, i, i < escaped ? ALLOW : BLOCK, Map.of("a", 0.9)));
      }
      DiffFigures figures = comparison.compare(change -> {});
      RunSource nowhere = new RunSource(List.of());
      return new DiffReport(
          comparison.facts(Side.BEFORE, nowhere), comparison.facts(Side.AFTER, nowhere), figures);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "block-lost > 0.1%,     false",
    "block-lost>=0.1 %,     true",
    "block-lost > 0.09999%, true",
    "block-lost > 1,        false",
    "block-lost >= 1,       true",
    "joined < 1000,         false",
    "joined <= 1000,        true",
    "missing > 0,           false",
    "missing > 0%,          false",
    "duplicates > 0,        false"
  })
  void aBudgetIsBrokenWhereItsConditionHoldsExactly(String text, boolean broken) {
    Budget.Answer answer = Budget.parse(text, false).answer(report(1000, 1));
    assertThat(answer.broken()).as(answer.sentence()).isEqualTo(broken);
  }

  @Test
  void theAnswerSaysWhatWasSeenAndByHowMuch() {
    DiffReport report = report(1000, 12);
    assertThat(Budget.parse("block-lost > 0.1%", false).answer(report).sentence())
        .isEqualTo("block-lost > 0.1%: 1.20 % (12 of 1,000), broken by 1.10 points");
    assertThat(Budget.parse("block-lost > 20", false).answer(report).sentence())
        .isEqualTo("block-lost > 20: 12, kept by 8");
  }

  @Test
  void theUpperEndCountsWhatCannotBeRuledOut() {
    DiffReport report = report(100, 0);
    assertThat(Budget.parse("block-lost > 3%", false).answer(report).broken()).isFalse();
    Budget.Answer upper = Budget.parse("block-lost > 3%", true).answer(report);
    // 1 - 0.025^(1/100) = 3.62 %.
    assertThat(upper.broken()).isTrue();
    assertThat(upper.sentence()).contains("up to 3.62 % (0 of 100, upper end");
  }

  @Test
  void aShareOfNothingBreaksEveryBudget() {
    DiffReport report = report(0, 0);
    assertThat(Budget.parse("block-lost > 0.1%", false).answer(report).broken()).isTrue();
    assertThat(Budget.parse("block-lost > 0", false).answer(report).broken()).isFalse();
    assertThat(Budget.parse("joined < 1", false).answer(report).broken()).isTrue();
  }

  @Test
  void anUnknownMetricIsRefusedWithAllThereAre() {
    assertThatThrownBy(() -> Budget.parse("blocks-lost > 1%", false))
        .isInstanceOf(AuditException.class)
        .hasMessageContaining("no metric 'blocks-lost'")
        .hasMessageContaining(Metric.all());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "block-lost",
        "block-lost > -1",
        "block-lost > 1%%",
        "block-lost = 1",
        "> 1",
        "block-lost > 1e3",
        "block-lost > 101%",
        "joined > 1%",
        "block-lost > 0x1\n"
      })
  void whatIsNoBudgetIsRefusedInOneLine(String text) {
    assertThatThrownBy(() -> Budget.parse(text, false))
        .isInstanceOf(AuditException.class)
        .message()
        .hasLineCount(1);
  }

  @Test
  void aCountHasNoUpperEnd() {
    assertThatThrownBy(() -> Budget.parse("block-lost > 3", true))
        .hasMessageContaining("no interval");
  }
}
