package io.clipure.stream.redteam.scorecard;

import static io.clipure.stream.redteam.scorecard.Check.Answer.NOTE;
import static io.clipure.stream.redteam.scorecard.Check.Answer.NOT_RUN;
import static io.clipure.stream.redteam.scorecard.Check.Answer.PASS;
import static io.clipure.stream.redteam.scorecard.Check.Answer.WARN;

import io.clipure.stream.redteam.attack.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Whether the attacks can be believed: the warning signs of gradient masking of Athalye et al. 2018
 * (arXiv 1802.00420, section 3.1) and Carlini et al. 2019 (arXiv 1902.06705, section 5).
 * Comparisons are on the same images and judge with fresh views.
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
  private static final double ALL = 0.995;
  private static final double ROUNDING = 1e-9;

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
    list.singleStep();
    list.blackBoxAgainstWhiteBox();
    list.unbounded();
    list.gradients();
    return List.copyOf(list.checks);
  }

  private void undefendedIsBroken() {
    String question = "Does the same attack break an encoder without defence?";
    List<Task> tasks = tasks(BROKEN);
    if (tasks.isEmpty()) {
      notRun("undefended", question, "adaptive attacks");
      return;
    }
    double rate = rate(worst(tasks, tasks.get(0).images()));
    add(
        "undefended",
        question,
        rate >= BROKEN_ENOUGH,
        String.format(
            Locale.ROOT,
            "%s of %d images at %s on the column “%s”; expected at least 95 %%",
            Check.percent(rate),
            tasks.get(0).images(),
            size(tasks.get(0)),
            plan.column(tasks.get(0).victim()).title()),
        plan.columns().stream().anyMatch(column -> column.id().equals(Column.COMPARE))
            ? "An attack that cannot do this says nothing about a defence."
            : "An attack that cannot do this says nothing about a defence. A bundle that was"
                + " trained to resist may stand here rightly: name an ordinary one with"
                + " --compare.");
  }

  private void doubledEffort() {
    String question = "Do twice the steps and twice the restarts do much better?";
    List<Task> tasks = tasks(DOUBLED);
    if (tasks.isEmpty()) {
      notRun("doubled", question, "adaptive attacks");
      return;
    }
    int images = tasks.get(0).images();
    double twice = rate(worst(tasks, images));
    double once =
        rate(worst(cells(Mode.ADAPTIVE, Column.DEPLOYED, tasks.get(0).epsilon()), images));
    add(
        "doubled",
        question,
        twice - once <= DOUBLED_MAY_GAIN + ROUNDING,
        String.format(
            Locale.ROOT,
            "%s → %s on the same %d images at %s; expected at most 3 points more",
            Check.percent(once),
            Check.percent(twice),
            images,
            size(tasks.get(0))),
        "If more effort still helps, the figures above are from an attack that stopped too early.");
  }

  private void transferAgainstAdaptive() {
    String question = "Does the attacker who knows more do at least as well?";
    List<String> seen = new ArrayList<>();
    boolean good = true;
    for (double epsilon : epsilons(Mode.ADAPTIVE)) {
      List<Task> transfer = cells(Mode.TRANSFER, Column.DEPLOYED, epsilon);
      List<Task> adaptive = cells(Mode.ADAPTIVE, Column.DEPLOYED, epsilon);
      if (!transfer.isEmpty() && !adaptive.isEmpty()) {
        int images = Math.min(transfer.get(0).images(), adaptive.get(0).images());
        double less = rate(worst(transfer, images));
        double more = rate(worst(adaptive, images));
        good &= less <= more + ROUNDING;
        seen.add(size(adaptive.get(0)) + ": " + Check.percent(less) + " ≤ " + Check.percent(more));
      }
    }
    if (seen.isEmpty()) {
      notRun("transfer", question, "transfer and adaptive attacks of the same size");
      return;
    }
    add(
        "transfer",
        question,
        good,
        "transfer ≤ adaptive at " + String.join("; ", seen),
        "Where transferred images do better, the adaptive attack has missed a way through.");
  }

  private void singleStep() {
    String question = "Do many steps do better than one?";
    List<Task> tasks = tasks(SINGLE_STEP);
    if (tasks.isEmpty()) {
      notRun("single-step", question, "adaptive attacks");
      return;
    }
    int images = tasks.get(0).images();
    double one = rate(worst(tasks, images));
    double many =
        rate(worst(cells(Mode.ADAPTIVE, Column.DEPLOYED, tasks.get(0).epsilon()), images));
    add(
        "single-step",
        question,
        one <= many + ROUNDING,
        String.format(
            Locale.ROOT,
            "one step %s ≤ all steps %s at %s",
            Check.percent(one),
            Check.percent(many),
            size(tasks.get(0))),
        "One step beating many is a sign of gradients that point the wrong way.");
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
    int images = Math.min(white.get(0).images(), black.get(0).images());
    double guessed = rate(worst(black, images));
    double climbed = rate(worst(white, images));
    add(
        "black-box",
        question,
        guessed <= climbed + ROUNDING,
        String.format(
            Locale.ROOT,
            "black-box %s ≤ white-box %s on the same %d images at %s, the last image of each judged"
                + " with fresh views",
            Check.percent(guessed),
            Check.percent(climbed),
            images,
            size(white.get(0))),
        "Guessing beating gradients is a sign that the gradients are masked.");
  }

  private void unbounded() {
    String question = "Does an attacker who may change everything always get through?";
    List<Task> tasks = tasks(UNBOUNDED);
    if (tasks.isEmpty()) {
      notRun("unbounded", question, "adaptive attacks");
      return;
    }
    double rate = rate(worst(tasks, tasks.get(0).images()));
    add(
        "unbounded",
        question,
        rate >= ALL,
        String.format(Locale.ROOT, "%s of %d images", Check.percent(rate), tasks.get(0).images()),
        "A picture of something harmless gets through, so an unbounded attack that does not has"
            + " not looked well.");
  }

  private void gradients() {
    List<Task> tasks = tasks(PROBE);
    if (tasks.isEmpty()) {
      notRun("gradients", "Are there gradients to follow?", "the checklist's images");
      return;
    }
    for (Task task : tasks) {
      List<ImageResult> images = results.images(task);
      long vanished = images.stream().filter(ImageResult::success).count();
      boolean published = task.mode() == Mode.PUBLISHED;
      checks.add(
          new Check(
              "gradients-" + task.victim(),
              "Are there gradients to follow? Column “"
                  + plan.column(task.victim()).title()
                  + "”"
                  + (published ? ", attacked as the paper does it" : ""),
              published ? NOTE : vanished == 0 ? PASS : WARN,
              vanished + " of " + images.size() + " images have none",
              published
                  ? "Where they vanish, what was published as robustness is gradient masking; the"
                      + " other rows attack the same purifier through its true gradient."
                  : "Without a gradient an attack stands still, and every figure looks good."));
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

  /** For each of the first images the best of several attacks, judged with fresh views. */
  private List<Double> worst(List<Task> tasks, int images) {
    List<Double> worst = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      double most = 0;
      for (Task task : tasks) {
        String column = task.columns().get(task.columns().size() - 1);
        most = Math.max(most, results.images(task).get(i).outcomes().get(column).evaded());
      }
      worst.add(most);
    }
    return worst;
  }

  private static double rate(List<Double> evaded) {
    return evaded.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private static String size(Task task) {
    String figure =
        task.epsilon() == Math.rint(task.epsilon())
            ? String.format(Locale.ROOT, "%.0f", task.epsilon())
            : Double.toString(task.epsilon());
    return task.norm() == Norm.LINF ? figure + "/255" : "L2 " + figure;
  }

  private void add(String id, String question, boolean good, String seen, String meaning) {
    checks.add(new Check(id, question, good ? PASS : WARN, seen, meaning));
  }

  private void notRun(String id, String question, String needed) {
    checks.add(new Check(id, question, NOT_RUN, "this run has no " + needed, ""));
  }
}
