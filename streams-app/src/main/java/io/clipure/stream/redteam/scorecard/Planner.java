package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.redteam.attack.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * From wishes to tasks. Cheap ones come first, so that a run that is looked at early says
 * something; a transfer attack is made once and judged by all columns. Columns that nobody asked
 * for judge nothing, and what is made for them alone is not made; the checklist keeps its own.
 */
public final class Planner {
  /** What stands for a budget without bounds: any image at all. */
  private static final double UNBOUNDED_LINF = 255;

  /** Longer than the diagonal of all pixels of any encoder's input: 3 · 512² channels. */
  private static final double UNBOUNDED_L2 = 1000;

  private static final Effort NO_EFFORT = new Effort(0, 0, 0, 0);

  private final Wishes wishes;
  private final List<Task> tasks = new ArrayList<>();

  private Planner(Wishes wishes) {
    this.wishes = wishes;
  }

  /** The tasks, in order. */
  public static List<Task> tasks(Wishes wishes) {
    Planner planner = new Planner(wishes);
    planner.baselines();
    planner.transfer();
    planner.published();
    planner.blackBox();
    planner.adaptive();
    planner.checks();
    return planner.tasks.stream()
        .map(task -> task.purpose() == Task.Purpose.CELL ? task.judgedBy(wishes.columns()) : task)
        .filter(task -> task.purpose() == Task.Purpose.CHECK || !task.columns().isEmpty())
        .toList();
  }

  private List<String> bench() {
    return wishes.compare()
        ? List.of(Column.COMPARE, Column.PLAIN, Column.PUBLISHED, Column.DEPLOYED)
        : List.of(Column.PLAIN, Column.PUBLISHED, Column.DEPLOYED);
  }

  private void baselines() {
    for (String sample : List.of(Task.CLEAN, Task.HARMFUL)) {
      tasks.add(
          new Task(
              sample,
              sample,
              sample.equals(Task.CLEAN) ? wishes.clean() : wishes.attacked(),
              Task.NO_ATTACK,
              Mode.NONE,
              Column.DEPLOYED,
              wishes.norm(),
              0,
              NO_EFFORT,
              bench(),
              Task.Purpose.CELL));
    }
  }

  private void transfer() {
    if (!wishes.has(Mode.TRANSFER)) {
      return;
    }
    cells(
        Mode.TRANSFER,
        Column.PLAIN,
        wishes.effort(),
        List.of(Column.PLAIN, Column.PUBLISHED, Column.DEPLOYED));
    if (wishes.compare()) {
      cells(
          Mode.TRANSFER, Column.COMPARE, wishes.effort(), List.of(Column.COMPARE, Column.DEPLOYED));
    }
  }

  private void published() {
    if (wishes.has(Mode.PUBLISHED)) {
      cells(Mode.PUBLISHED, Column.PUBLISHED, wishes.effort(), List.of(Column.PUBLISHED));
    }
  }

  private void blackBox() {
    if (!wishes.has(Mode.BLACK_BOX)) {
      return;
    }
    Effort queries = new Effort(wishes.queries(), 1, 1, 1);
    for (String column : List.of(Column.PLAIN, Column.DEPLOYED)) {
      cells(Mode.BLACK_BOX, column, queries, List.of(column));
    }
    if (wishes.compare()) {
      cells(Mode.BLACK_BOX, Column.COMPARE, queries, List.of(Column.COMPARE));
    }
  }

  private void adaptive() {
    if (!wishes.has(Mode.ADAPTIVE)) {
      return;
    }
    // Through the published purifier's true gradient: one attack at one size says it all.
    tasks.add(
        task(
            Mode.ADAPTIVE,
            wishes.attacks().get(Mode.ADAPTIVE).get(0),
            wishes.largest(),
            Column.PUBLISHED,
            wishes.effort(),
            wishes.attacked(),
            List.of(Column.PUBLISHED),
            Task.Purpose.CELL,
            ""));
    cells(Mode.ADAPTIVE, Column.DEPLOYED, wishes.effort(), List.of(Column.DEPLOYED));
  }

  private void cells(Mode mode, String victim, Effort effort, List<String> columns) {
    for (double epsilon : wishes.epsilons().get(mode)) {
      for (String attack : wishes.attacks().get(mode)) {
        tasks.add(
            task(
                mode,
                attack,
                epsilon,
                victim,
                effort,
                wishes.attacked(),
                columns,
                Task.Purpose.CELL,
                ""));
      }
    }
  }

  private void checks() {
    if (wishes.checkImages() == 0) {
      return;
    }
    check(
        Checklist.PROBE, Mode.PUBLISHED, Task.GRADIENT_PROBE, 0, Column.PUBLISHED, wishes.effort());
    check(Checklist.PROBE, Mode.ADAPTIVE, Task.GRADIENT_PROBE, 0, Column.PLAIN, wishes.effort());
    check(Checklist.PROBE, Mode.ADAPTIVE, Task.GRADIENT_PROBE, 0, Column.DEPLOYED, wishes.effort());
    if (!wishes.has(Mode.ADAPTIVE)) {
      return;
    }
    double largest = wishes.largest();
    Effort effort = wishes.effort();
    String undefended = wishes.compare() ? Column.COMPARE : Column.PLAIN;
    Effort single = new Effort(1, 1, 1, effort.eot());
    check(Checklist.SINGLE_STEP, Mode.ADAPTIVE, "pgd-decision", largest, Column.DEPLOYED, single);
    for (String attack : wishes.attacks().get(Mode.ADAPTIVE)) {
      // Cheap, as nothing is secret there: on all images, for an interval that can tell 95 %.
      check(
          Checklist.BROKEN, Mode.ADAPTIVE, attack, largest, undefended, effort, wishes.attacked());
      check(Checklist.DOUBLED, Mode.ADAPTIVE, attack, largest, Column.DEPLOYED, effort.doubled());
      check(Checklist.UNBOUNDED, Mode.ADAPTIVE, attack, unbounded(), Column.DEPLOYED, effort);
    }
    if (wishes.has(Mode.BLACK_BOX)) {
      double blackBox = wishes.epsilons().get(Mode.BLACK_BOX).get(0);
      if (!wishes.epsilons().get(Mode.ADAPTIVE).contains(blackBox)) {
        for (String attack : wishes.attacks().get(Mode.ADAPTIVE)) {
          check(Checklist.WHITE_BOX, Mode.ADAPTIVE, attack, blackBox, Column.DEPLOYED, effort);
        }
      }
    }
  }

  private double unbounded() {
    return wishes.norm() == Norm.LINF ? UNBOUNDED_LINF : UNBOUNDED_L2;
  }

  private void check(
      String question, Mode mode, String attack, double epsilon, String victim, Effort effort) {
    check(question, mode, attack, epsilon, victim, effort, wishes.checkImages());
  }

  private void check(
      String question,
      Mode mode,
      String attack,
      double epsilon,
      String victim,
      Effort effort,
      int images) {
    tasks.add(
        task(
            mode,
            attack,
            epsilon,
            victim,
            effort,
            images,
            attack.equals(Task.GRADIENT_PROBE) ? List.of() : List.of(victim),
            Task.Purpose.CHECK,
            question + "/"));
  }

  private Task task(
      Mode mode,
      String attack,
      double epsilon,
      String victim,
      Effort effort,
      int images,
      List<String> columns,
      Task.Purpose purpose,
      String prefix) {
    String id =
        prefix
            + String.join(
                "/",
                victim,
                mode.key(),
                attack,
                wishes.norm().key()
                    + "-"
                    + (epsilon == Math.rint(epsilon)
                        ? String.format(Locale.ROOT, "%.0f", epsilon)
                        : Double.toString(epsilon)));
    return new Task(
        id,
        Task.HARMFUL,
        images,
        attack,
        mode,
        victim,
        wishes.norm(),
        epsilon,
        effort,
        columns,
        purpose);
  }
}
