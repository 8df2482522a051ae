package io.clipure.stream.audit.diff;

import java.util.ArrayList;
import java.util.List;

/** What a reader must know before believing the figures. */
public final class Warnings {
  private Warnings() {}

  /** One sentence each; empty: nothing. */
  public static List<String> of(DiffReport report) {
    List<String> warnings = new ArrayList<>();
    run(warnings, "before", report.before());
    run(warnings, "after", report.after());
    DiffFigures figures = report.figures();
    ids(warnings, figures.missing().count(), figures.labelledBefore(), "before", "after");
    ids(warnings, figures.extra().count(), figures.labelledAfter(), "after", "before");
    if (figures.contentChanged() > 0) {
      warnings.add(
          Words.of(figures.contentChanged(), "image has", "images have")
              + " other bytes in the two runs: those verdicts are not about the same image.");
    }
    if (figures.comparable() < figures.joined()) {
      warnings.add(
          Words.of(figures.joined() - figures.comparable(), "image was", "images were")
              + " scored on different labels in the two runs: their scores are compared label by"
              + " label only, and a label added or taken away moves all others.");
    }
    return warnings;
  }

  private static void run(List<String> warnings, String side, RunFacts run) {
    if (run.source().deleted() > 0) {
      warnings.add(
          "Of the run "
              + side
              + ", "
              + Words.of(run.source().deleted(), "offset", "offsets")
              + " asked for had been deleted by retention: what they held is not in this report.");
    }
    if (run.source().beginsAtLogStart()) {
      warnings.add(
          "The run "
              + side
              + " begins where its topic now begins, and that topic has lost its beginning:"
              + " earlier verdicts are not in this report.");
    }
    if (run.source().missing() > 0) {
      warnings.add(
          "Of the run "
              + side
              + ", "
              + Words.of(run.source().missing(), "offset holds", "offsets hold")
              + " no record: compacted, aborted or transaction markers.");
    }
    if (run.unreadable() > 0) {
      warnings.add(
          "Of the run "
              + side
              + ", "
              + Words.of(run.unreadable(), "record", "records")
              + " could not be read as a verdict.");
    }
    if (run.nameless() > 0) {
      warnings.add(
          "Of the run "
              + side
              + ", "
              + Words.of(run.nameless(), "dead letter does", "dead letters do")
              + " not say which event they are.");
    }
  }

  private static void ids(List<String> warnings, long count, long of, String there, String absent) {
    if (count > 0) {
      warnings.add(
          "%s of the %s labelled by the run %s %s absent from the run %s."
              .formatted(
                  Words.count(count), Words.count(of), there, count == 1 ? "is" : "are", absent));
    }
  }
}
