package io.clipure.stream.app;

import io.clipure.stream.audit.diff.Budget;
import io.clipure.stream.audit.diff.DiffFigures;
import io.clipure.stream.audit.diff.DiffReport;
import io.clipure.stream.audit.diff.Difference;
import io.clipure.stream.audit.diff.ImageChange;
import io.clipure.stream.audit.diff.Warnings;
import io.clipure.stream.audit.diff.Words;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** The comparison in a few lines for a terminal. */
final class DiffSummary {
  /** Ids named for each flip. */
  private static final int NAMED = 3;

  private static final int MOST_DIFFERENCES = 8;

  private final PrintWriter out;

  DiffSummary(PrintWriter out) {
    this.out = out;
  }

  void print(DiffReport report, List<Budget.Answer> answers, Path folder) {
    DiffFigures figures = report.figures();
    out.println(Words.headline(figures));
    List<Difference> differences = Difference.of(report);
    differences.stream()
        .limit(MOST_DIFFERENCES)
        .forEach(
            one ->
                line(
                    "set otherwise",
                    one.name() + ": " + some(one.before()) + " → " + some(one.after())));
    if (differences.size() > MOST_DIFFERENCES) {
      line("", "and " + (differences.size() - MOST_DIFFERENCES) + " more: see the page");
    }
    for (DiffFigures.Transition one : figures.transitions()) {
      line(
          one.before().text() + " → " + one.after().text(),
          Words.count(one.images()) + "  " + ids(one));
    }
    if (figures.joined() > 0) {
      line("top label", Words.count(changed(figures)) + " changed");
      line(
          "flags",
          "%s gained one, %s lost one"
              .formatted(
                  Words.count(figures.flagsGained().hits()),
                  Words.count(figures.flagsLost().hits())));
      if (figures.comparable() > 0) {
        line(
            "scores",
            "%s of %s exactly the same"
                .formatted(
                    Words.count(figures.identicalScores()), Words.count(figures.comparable())));
      }
    }
    line(
        "joined",
        "%s; %s only before, %s only after, %s + %s superseded"
            .formatted(
                Words.count(figures.joined()),
                Words.count(figures.missing().count()),
                Words.count(figures.extra().count()),
                Words.count(figures.duplicatesBefore()),
                Words.count(figures.duplicatesAfter())));
    Warnings.of(report).forEach(warning -> line("note", warning));
    answers.forEach(
        answer -> line(answer.broken() ? "BUDGET BROKEN" : "budget kept", answer.sentence()));
    line("report", folder.resolve("diff.html") + ", diff.csv, diff.json");
  }

  private static long changed(DiffFigures figures) {
    return figures.topLabelsAgree().of() - figures.topLabelsAgree().hits();
  }

  private static String ids(DiffFigures.Transition transition) {
    List<String> ids = transition.shown().stream().limit(NAMED).map(DiffSummary::shown).toList();
    return String.join(", ", ids)
        + (transition.images() > ids.size() && !ids.isEmpty() ? ", …" : "");
  }

  private static String shown(ImageChange change) {
    return SafeText.cut(change.id(), 40);
  }

  private static String some(List<String> values) {
    List<String> some =
        values.stream()
            .limit(NAMED)
            .map(value -> value.replaceAll("\\b([0-9a-f]{12})[0-9a-f]{52}\\b", "$1…"))
            .map(value -> SafeText.cut(value, 70))
            .toList();
    return String.join(", ", some) + (values.size() > NAMED ? ", …" : "");
  }

  /** All of it may hold text of strangers; it is escaped here, once. */
  private void line(String name, String text) {
    out.printf("%-16s %s%n", name, SafeText.of(text));
  }
}
