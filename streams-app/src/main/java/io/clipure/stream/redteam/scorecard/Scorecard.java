package io.clipure.stream.redteam.scorecard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a run found.
 *
 * @param format version of this form
 * @param command the command line that measured it, to be repeated
 * @param started when, ISO 8601
 * @param planDigest SHA-256 (hex) of the plan
 * @param plan what was measured, with the provenance of bundle, label set and settings
 * @param notes what a reader must know of the samples, one line each
 * @param clean what columns do to images nobody attacked
 * @param cells what columns make of attacks
 * @param checks whether the attacks can be believed
 * @param examples images to look at
 * @param seconds of all tasks
 */
public record Scorecard(
    String format,
    String command,
    String started,
    String planDigest,
    Plan plan,
    List<String> notes,
    List<CleanRow> clean,
    List<Cell> cells,
    List<Check> checks,
    List<Example> examples,
    double seconds) {
  /** Version of this form; it changes when a reader of the old one would misread it. */
  public static final String FORMAT = "clipure-scorecard/1";

  /** Copies. */
  public Scorecard {
    notes = List.copyOf(notes);
    clean = List.copyOf(clean);
    cells = List.copyOf(cells);
    checks = List.copyOf(checks);
    examples = List.copyOf(examples);
  }

  /**
   * Puts a finished run together.
   *
   * @param checks answers to the checklist, made from the same results
   */
  public static Scorecard of(
      String command,
      String started,
      Plan plan,
      List<String> notes,
      Results results,
      List<Check> checks) {
    List<CleanRow> clean = new ArrayList<>();
    Map<String, Double> thresholds = new HashMap<>();
    for (Task task : plan.tasks()) {
      if (task.baseline() && task.sample().equals(Task.CLEAN)) {
        for (String column : task.columns()) {
          CleanRow row = CleanRow.of(plan.column(column), task, results);
          clean.add(row);
          thresholds.put(column, row.suspicionThreshold());
        }
      }
    }
    return new Scorecard(
        FORMAT,
        command,
        started,
        plan.digest(),
        plan,
        notes,
        clean,
        cells(plan, results, thresholds),
        checks,
        Example.of(plan, results),
        results.seconds());
  }

  /** Cells of every task, and after them the worst of each mode and epsilon. */
  private static List<Cell> cells(Plan plan, Results results, Map<String, Double> thresholds) {
    List<Cell> cells = new ArrayList<>();
    Map<String, List<Task>> together = new LinkedHashMap<>();
    for (Task task : plan.tasks()) {
      if (task.purpose() == Task.Purpose.CELL && task.sample().equals(Task.HARMFUL)) {
        for (String column : task.columns()) {
          cells.add(Cell.of(task, plan.column(column), thresholds.get(column), results));
          together.computeIfAbsent(kind(task, column), key -> new ArrayList<>()).add(task);
        }
      }
    }
    together.forEach(
        (kind, tasks) -> {
          if (tasks.size() > 1) {
            Column column = plan.column(kind.substring(0, kind.indexOf(' ')));
            cells.add(Cell.worst(tasks, column, thresholds.get(column.id()), results));
          }
        });
    return cells;
  }

  private static String kind(Task task, String column) {
    return String.join(
        " ",
        column,
        task.mode().key(),
        task.victim(),
        task.norm().key(),
        Double.toString(task.epsilon()),
        Integer.toString(task.images()));
  }

  /** The strongest figure there is: the worst of several attacks, or the only one. */
  public Optional<Cell> strongest(String column, Mode mode, double epsilon) {
    return cells.stream()
        .filter(cell -> cell.column().equals(column))
        .filter(cell -> cell.mode() == mode && cell.epsilon() == epsilon)
        .max(java.util.Comparator.comparingDouble(cell -> cell.evaded().rate()));
  }

  /** The row of a column. */
  public Optional<CleanRow> clean(String column) {
    return clean.stream().filter(row -> row.column().equals(column)).findFirst();
  }
}
