package io.clipure.stream.redteam.scorecard;

import static io.clipure.stream.redteam.scorecard.Check.Answer.NOTE;
import static io.clipure.stream.redteam.scorecard.Check.Answer.NOT_RUN;
import static io.clipure.stream.redteam.scorecard.Check.Answer.PASS;
import static io.clipure.stream.redteam.scorecard.Check.Answer.WARN;

import io.clipure.stream.redteam.attack.Norm;
import io.clipure.stream.redteam.masking.Finding;
import io.clipure.stream.redteam.masking.MaskingChecklist;
import io.clipure.stream.redteam.masking.Rate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Whether the attacks can be believed: the warning signs of gradient masking of Athalye et al. 2018
 * (arXiv 1802.00420, section 3.1) and Carlini et al. 2019 (arXiv 1902.06705, section 5). This
 * chooses what is compared, always on the same images and judged with fresh views; the masking room
 * judges the figures.
 */
public final class Checklist {
  /** Prefixes of the ids of tasks that answer a question. */
  static final String PROBE = "check-gradient";

  static final String BROKEN = "check-undefended";
  static final String DOUBLED = "check-doubled";
  static final String SINGLE_STEP = "check-single-step";
  static final String WHITE_BOX = "check-white-box";
  static final String UNBOUNDED = "check-unbounded";

  private static final double BROKEN_ENOUGH = 0.95;
  private static final double DOUBLED_MAY_GAIN = 0.03;

  private final Plan plan;
  private final Results results;
  private final List<Check> checks = new ArrayList<>();

  private Checklist(Plan plan, Results results) {
    this.plan = plan;
    this.results = results;
  }

  /** All answers, also those that this plan cannot give. */
  public static List<Check> answer(Plan plan, Results results) {
    Checklist list = new Checklist(plan, results);
    list.undefendedIsBroken();
    list.doubledEffort();
    list.transferAgainstAdaptive();
    list.largerBudgets();
    list.singleStep();
    list.blackBoxAgainstWhiteBox();
    list.unbounded();
    list.gradients();
    return List.copyOf(list.checks);
  }

  private void undefendedIsBroken() {
    List<Task> tasks = tasks(BROKEN);
    String question = "Does the same attack change the top label of an encoder without defence?";
    if (tasks.isEmpty()) {
      notRun("undefended", question, "adaptive attacks");
      return;
    }
    boolean compared = plan.columns().stream().anyMatch(c -> c.id().equals(Column.COMPARE));
    add(
        "undefended",
        question
            + (compared
                ? ""
                : " (A bundle trained to resist may stand rightly: name an ordinary one with"
                    + " --compare.)"),
        MaskingChecklist.breaksUndefended(rate(tasks), BROKEN_ENOUGH),
        size(tasks.get(0)) + " on “" + plan.column(tasks.get(0).victim()).title() + "”");
  }

  private void doubledEffort() {
    List<Task> tasks = tasks(DOUBLED);
    String question = "Do twice the steps and twice the restarts do much better?";
    if (tasks.isEmpty()) {
      notRun("doubled", question, "adaptive attacks");
      return;
    }
    List<Task> usual = cells(Mode.ADAPTIVE, Column.DEPLOYED, tasks.get(0).epsilon());
    add(
        "doubled",
        question,
        MaskingChecklist.effortSuffices(rate(usual, images(tasks)), rate(tasks), DOUBLED_MAY_GAIN),
        "the same images at " + size(tasks.get(0)));
  }

  private void transferAgainstAdaptive() {
    boolean found = false;
    for (double epsilon : epsilons(Mode.ADAPTIVE)) {
      List<Task> transfer = cells(Mode.TRANSFER, Column.DEPLOYED, epsilon);
      if (!transfer.isEmpty()) {
        List<Task> adaptive = cells(Mode.ADAPTIVE, Column.DEPLOYED, epsilon);
        found = true;
        add(
            "transfer",
            "Does the attacker who knows the defence do at least as well as the one who does not?",
            MaskingChecklist.transferVersusAdaptive(rate(transfer), rate(adaptive)),
            size(adaptive.get(0)));
      }
    }
    if (!found) {
      notRun(
          "transfer",
          "Does the attacker who knows the defence do at least as well as the one who does not?",
          "transfer and adaptive attacks of the same size");
    }
  }

  private void largerBudgets() {
    List<Double> sizes = epsilons(Mode.ADAPTIVE);
    String question = "Does a larger change do at least as well?";
    if (sizes.size() < 2) {
      notRun("grows", question, "adaptive attacks of several sizes");
      return;
    }
    add(
        "grows",
        question,
        MaskingChecklist.growsWithBudget(
            sizes.stream().map(e -> rate(cells(Mode.ADAPTIVE, Column.DEPLOYED, e))).toList()),
        "adaptive");
  }

  private void singleStep() {
    List<Task> tasks = tasks(SINGLE_STEP);
    String question = "Do many steps do better than one?";
    if (tasks.isEmpty()) {
      notRun("single-step", question, "adaptive attacks");
      return;
    }
    List<Task> many = cells(Mode.ADAPTIVE, Column.DEPLOYED, tasks.get(0).epsilon());
    add(
        "single-step",
        question,
        MaskingChecklist.singleStepVersusIterative(rate(tasks), rate(many, images(tasks))),
        size(tasks.get(0)));
  }

  private void blackBoxAgainstWhiteBox() {
    String question = "Do gradients do better than guessing?";
    List<Double> sizes = epsilons(Mode.BLACK_BOX);
    List<Task> white = tasks(WHITE_BOX);
    if (white.isEmpty() && !sizes.isEmpty()) {
      white = cells(Mode.ADAPTIVE, Column.DEPLOYED, sizes.get(0));
    }
    List<Task> black =
        sizes.isEmpty() ? List.of() : cells(Mode.BLACK_BOX, Column.DEPLOYED, sizes.get(0));
    if (white.isEmpty() || black.isEmpty()) {
      notRun("black-box", question, "black-box and adaptive attacks");
      return;
    }
    int images = Math.min(images(white), images(black));
    add(
        "black-box",
        question,
        MaskingChecklist.blackBoxVersusWhiteBox(rate(black, images), rate(white, images)),
        size(white.get(0)) + ", the last image of each judged with fresh views");
  }

  private void unbounded() {
    List<Task> tasks = tasks(UNBOUNDED);
    String question = "Does an attacker who may change everything always get through?";
    if (tasks.isEmpty()) {
      notRun("unbounded", question, "adaptive attacks");
      return;
    }
    add("unbounded", question, MaskingChecklist.unboundedReachesAll(rate(tasks)), "");
  }

  private void gradients() {
    List<Task> probes = tasks(PROBE);
    if (probes.isEmpty()) {
      notRun("gradients", "Are there gradients to follow?", "images for the checklist");
      return;
    }
    double[] plain = new double[0];
    for (Task task : probes) {
      double[] norms = results.images(task).stream().mapToDouble(ImageResult::loss).toArray();
      plain = task.victim().equals(Column.PLAIN) ? norms : plain;
    }
    for (Task task : probes) {
      double[] norms = results.images(task).stream().mapToDouble(ImageResult::loss).toArray();
      Finding finding = MaskingChecklist.gradientsVanish(norms, plain);
      boolean published = task.mode() == Mode.PUBLISHED;
      checks.add(
          new Check(
              "gradients-" + task.victim(),
              "Are there gradients to follow? “"
                  + plan.column(task.victim()).title()
                  + "”"
                  + (published ? ", attacked as the paper does it" : ""),
              published ? NOTE : answer(finding),
              finding.figures(),
              published
                  ? "Where they vanish, what was published as robustness is gradient masking; other"
                      + " rows attack the same purifier through its true gradient."
                  : "If so: " + finding.meaning() + "."));
    }
  }

  /** Tasks that answer one question. */
  private List<Task> tasks(String question) {
    return plan.tasks().stream().filter(task -> task.id().startsWith(question + "/")).toList();
  }

  /** Tasks of the table that a column judges; black-box and adaptive ones made on it. */
  private List<Task> cells(Mode mode, String column, double epsilon) {
    return plan.tasks().stream()
        .filter(task -> task.purpose() == Task.Purpose.CELL && task.mode() == mode)
        .filter(task -> task.columns().contains(column) && task.epsilon() == epsilon)
        .toList();
  }

  private List<Double> epsilons(Mode mode) {
    TreeSet<Double> sizes = new TreeSet<>();
    plan.tasks().stream()
        .filter(task -> task.purpose() == Task.Purpose.CELL && task.mode() == mode)
        .filter(task -> task.columns().contains(Column.DEPLOYED))
        .forEach(task -> sizes.add(task.epsilon()));
    return List.copyOf(sizes);
  }

  private static int images(List<Task> tasks) {
    return tasks.get(0).images();
  }

  private Rate rate(List<Task> tasks) {
    return rate(tasks, images(tasks));
  }

  /** For each of the first images the best of several attacks, judged with fresh views. */
  private Rate rate(List<Task> tasks, int images) {
    double sum = 0;
    for (int i = 0; i < images; i++) {
      double most = 0;
      for (Task task : tasks) {
        String column = task.columns().get(task.columns().size() - 1);
        Outcome outcome = results.images(task).get(i).outcomes().get(column);
        most = Math.max(most, task.aimsAtLabel() ? 1 - outcome.correct() : outcome.evaded());
      }
      sum += most;
    }
    return new Rate((int) Math.round(sum), images);
  }

  private static String size(Task task) {
    String figure =
        task.epsilon() == Math.rint(task.epsilon())
            ? String.format(Locale.ROOT, "%.0f", task.epsilon())
            : Double.toString(task.epsilon());
    return task.norm() == Norm.LINF ? figure + "/255" : "L2 " + figure;
  }

  private void add(String id, String question, Finding finding, String where) {
    checks.add(
        new Check(
            id,
            question,
            answer(finding),
            finding.figures() + (where.isEmpty() ? "" : " (" + where + ")"),
            "If not: " + finding.meaning() + "."));
  }

  private static Check.Answer answer(Finding finding) {
    return finding.status() == Finding.Status.PASS ? PASS : WARN;
  }

  private void notRun(String id, String question, String needed) {
    checks.add(new Check(id, question, NOT_RUN, "this run has no " + needed, ""));
  }
}
