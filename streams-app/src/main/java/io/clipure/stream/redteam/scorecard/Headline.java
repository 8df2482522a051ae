package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.html.Html;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The figures of the deployed setting in plain sentences.
 *
 * @param figure the number with its interval, HTML
 * @param sentence what it says, HTML
 * @param grade how to take it
 */
record Headline(String figure, String sentence, Grade grade) {

  static List<Headline> of(Scorecard card) {
    List<Headline> lines = new ArrayList<>();
    for (Mode mode : List.of(Mode.NONE, Mode.TRANSFER, Mode.ADAPTIVE, Mode.BLACK_BOX)) {
      card.cells().stream()
          .filter(cell -> cell.column().equals(Column.DEPLOYED) && cell.mode() == mode)
          .map(Cell::epsilon)
          .distinct()
          .sorted()
          .forEach(
              epsilon -> lines.add(attacked(card.strongest(Column.DEPLOYED, mode, epsilon).get())));
    }
    card.clean(Column.DEPLOYED).ifPresent(row -> addCosts(lines, row));
    return lines;
  }

  /** The bad ones first. */
  static List<Headline> worstFirst(List<Headline> lines) {
    return lines.stream().sorted(Comparator.comparing(Headline::grade).reversed()).toList();
  }

  private static Headline attacked(Cell cell) {
    String epsilon = "±" + Figures.epsilon(cell.norm(), cell.epsilon());
    String sentence =
        switch (cell.mode()) {
          case NONE -> "of harmful images get through although nobody attacks.";
          case TRANSFER ->
              "of harmful images get through when changed by "
                  + epsilon
                  + " against the encoder alone, by somebody who does not know the defence.";
          case PUBLISHED -> "of harmful images get through the way the paper attacks.";
          case ADAPTIVE ->
              "of harmful images get through when changed by "
                  + epsilon
                  + " by somebody who knows everything but the secret key.";
          case BLACK_BOX ->
              "of harmful images get through at "
                  + epsilon
                  + " for somebody who only sees answers and asks up to "
                  + (cell.effort() == null ? "the budget" : Html.count(cell.effort().steps()))
                  + " times.";
        };
    return new Headline(Figures.percent(cell.evaded()), sentence, Grade.evasion(cell.evaded()));
  }

  private static void addCosts(List<Headline> lines, CleanRow row) {
    lines.add(
        new Headline(
            Figures.percent(row.flagged()),
            "of ordinary images are flagged as suspected adversarial although nobody attacked.",
            Grade.cost(row.flagged().rate(), row.flagged().high())));
    if (row.safeStoppedBeyondPlain() != null) {
      Difference more = row.safeStoppedBeyondPlain();
      lines.add(
          new Headline(
              String.format(
                  Locale.ROOT,
                  "%+.1f points <span class=\"ci\">%+.1f to %+.1f</span>",
                  100 * more.mean(),
                  100 * more.low(),
                  100 * more.high()),
              "of safe images are blocked, reviewed or flagged beyond what the encoder alone does.",
              Grade.cost(more.mean(), more.high())));
    }
  }
}
