package io.clipure.stream.redteam.scorecard;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.redteam.attack.Norm;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static List<Task> tasks(Set<String> columns) {
    return Planner.tasks(
        new Wishes(
            Map.of(
                Mode.TRANSFER, List.of("apgd-ce"),
                Mode.PUBLISHED, List.of("apgd-ce"),
                Mode.ADAPTIVE, List.of("adaptive"),
                Mode.BLACK_BOX, List.of("square")),
            Map.of(
                Mode.TRANSFER, List.of(4.0),
                Mode.PUBLISHED, List.of(4.0),
                Mode.ADAPTIVE, List.of(4.0),
                Mode.BLACK_BOX, List.of(8.0)),
            Norm.LINF,
            new Effort(10, 1, 1, 1),
            100,
            10,
            10,
            5,
            true,
            columns));
  }

  private static List<String> cells(Set<String> columns) {
    return tasks(columns).stream()
        .filter(task -> task.purpose() == Task.Purpose.CELL)
        .map(Task::id)
        .toList();
  }

  @Test
  void columnsThatNobodyAskedForHaveNoAttacksOfTheirOwn() {
    assertThat(cells(Set.of(Column.DEPLOYED)))
        .containsExactly(
            "clean",
            "harmful",
            "plain/transfer/apgd-ce/linf-4",
            "compare/transfer/apgd-ce/linf-4",
            "deployed/black-box/square/linf-8",
            "deployed/adaptive/adaptive/linf-4");
  }

  @Test
  void onlyTheColumnsAskedForJudge() {
    assertThat(tasks(Set.of(Column.DEPLOYED, Column.COMPARE)))
        .filteredOn(task -> task.purpose() == Task.Purpose.CELL)
        .flatExtracting(Task::columns)
        .containsOnly(Column.DEPLOYED, Column.COMPARE);
  }

  @Test
  void theChecklistIsTheSameWhateverTheColumns() {
    assertThat(tasks(Set.of(Column.DEPLOYED)))
        .filteredOn(task -> task.purpose() == Task.Purpose.CHECK)
        .isEqualTo(
            tasks(Set.copyOf(Column.IDS)).stream()
                .filter(task -> task.purpose() == Task.Purpose.CHECK)
                .toList());
  }
}
