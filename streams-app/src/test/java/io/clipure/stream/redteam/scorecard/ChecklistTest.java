package io.clipure.stream.redteam.scorecard;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.redteam.attack.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChecklistTest {
  private static final int IMAGES = 20;

  private static Wishes wishes(boolean compare, int checkImages) {
    return new Wishes(
        Map.of(
            Mode.TRANSFER, List.of("apgd-ce", "apgd-t"),
            Mode.PUBLISHED, List.of("apgd-ce"),
            Mode.ADAPTIVE, List.of("apgd-ce", "pgd-decision"),
            Mode.BLACK_BOX, List.of("square")),
        Map.of(
            Mode.TRANSFER, List.of(1.0, 2.0, 4.0, 8.0),
            Mode.PUBLISHED, List.of(4.0),
            Mode.ADAPTIVE, List.of(1.0, 2.0, 4.0),
            Mode.BLACK_BOX, List.of(8.0)),
        Norm.LINF,
        new Effort(100, 1, 3, 4),
        1000,
        30,
        IMAGES,
        checkImages,
        compare,
        Set.copyOf(Column.IDS));
  }

  private static Plan plan(Wishes wishes) {
    List<Column> columns = new ArrayList<>();
    for (String id : List.of(Column.COMPARE, Column.PLAIN, Column.PUBLISHED, Column.DEPLOYED)) {
      columns.add(new Column(id, id, id, id.equals(Column.DEPLOYED), 1));
    }
    return new Plan(1, 8, Map.of(), Map.of(), columns, Planner.tasks(wishes));
  }

  /** Every task's images evade at the rate that {@code rate} says, the first ones first. */
  private static Results results(Plan plan, java.util.function.ToDoubleFunction<Task> rate) {
    List<ChunkResult> chunks = new ArrayList<>();
    for (Task task : plan.tasks()) {
      List<ImageResult> images = new ArrayList<>();
      for (int i = 0; i < task.images(); i++) {
        double evaded = (i + 0.5) / task.images() < rate.applyAsDouble(task) ? 1 : 0;
        Map<String, Outcome> outcomes = new java.util.HashMap<>();
        for (String column : task.columns()) {
          outcomes.put(
              column,
              task.aimsAtLabel()
                  ? new Outcome(1 - evaded, 0, 0, 0, 0, 0, List.of(), "")
                  : new Outcome(0, evaded, 0, 0, 0, 0, List.of(), ""));
        }
        images.add(new ImageResult("i" + i, "axe", true, false, 1, 1, 1, outcomes));
      }
      chunks.add(new ChunkResult(task.id(), 0, images, List.of(), 1));
    }
    return Results.of(chunks);
  }

  /** What honest attacks look like: the more is known and allowed, the more gets through. */
  private static double honest(Task task) {
    if (task.id().startsWith(Checklist.UNBOUNDED) || task.id().startsWith(Checklist.BROKEN)) {
      return 1;
    }
    if (task.id().startsWith(Checklist.SINGLE_STEP)) {
      return 0.05;
    }
    return switch (task.mode()) {
      case NONE -> 0;
      case TRANSFER, PUBLISHED -> task.epsilon() / 40;
      case ADAPTIVE -> task.epsilon() / 20;
      case BLACK_BOX -> 0.2;
    };
  }

  private static Check.Answer answer(Plan plan, Results results, String id) {
    return Checklist.answer(plan, results).stream()
        .filter(check -> check.id().equals(id))
        .findFirst()
        .orElseThrow()
        .answer();
  }

  @Test
  void honestAttacksPass() {
    Plan plan = plan(wishes(true, 20));
    assertThat(Checklist.answer(plan, results(plan, ChecklistTest::honest)))
        .extracting(Check::answer)
        .containsOnly(Check.Answer.PASS, Check.Answer.NOTE);
  }

  @Test
  void eachWarningSignIsSeen() {
    Plan plan = plan(wishes(true, 20));
    Map<String, java.util.function.ToDoubleFunction<Task>> signs =
        Map.of(
            "undefended", task -> task.id().startsWith(Checklist.BROKEN) ? 0.9 : honest(task),
            "doubled", task -> task.id().startsWith(Checklist.DOUBLED) ? 0.3 : honest(task),
            "transfer", task -> task.mode() == Mode.TRANSFER ? 0.9 : honest(task),
            "single-step", task -> task.id().startsWith(Checklist.SINGLE_STEP) ? 0.9 : honest(task),
            "black-box", task -> task.mode() == Mode.BLACK_BOX ? 0.9 : honest(task),
            "unbounded", task -> task.id().startsWith(Checklist.UNBOUNDED) ? 0.9 : honest(task));
    signs.forEach(
        (id, rate) -> {
          assertThat(answer(plan, results(plan, rate), id)).as(id).isEqualTo(Check.Answer.WARN);
          assertThat(
                  Checklist.answer(plan, results(plan, rate)).stream()
                      .filter(check -> check.answer() == Check.Answer.WARN))
              .extracting(Check::id)
              .containsOnly(id);
        });
  }

  @Test
  void whatThePlanDoesNotHaveIsNotAnswered() {
    Plan plan = plan(wishes(false, 0));
    assertThat(answer(plan, results(plan, ChecklistTest::honest), "doubled"))
        .isEqualTo(Check.Answer.NOT_RUN);
    assertThat(answer(plan, results(plan, ChecklistTest::honest), "transfer"))
        .isEqualTo(Check.Answer.PASS);
  }

  @Test
  void taskIdsAreUniqueAndTheDefaultPlanHasTheIssuesCells() {
    List<Task> tasks = Planner.tasks(wishes(true, 20));
    assertThat(tasks).extracting(Task::id).doesNotHaveDuplicates();
    assertThat(tasks)
        .extracting(Task::id)
        .contains(
            "plain/transfer/apgd-ce/linf-1",
            "plain/transfer/apgd-t/linf-8",
            "deployed/black-box/square/linf-8",
            "deployed/adaptive/pgd-decision/linf-4",
            "check-undefended/compare/adaptive/apgd-ce/linf-4");
    assertThat(Planner.tasks(wishes(false, 20)))
        .extracting(Task::victim)
        .doesNotContain(Column.COMPARE);
  }
}
