package io.clipure.stream.redteam.scorecard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunTest {
  private static final int IMAGES = 20;
  private static final String STARTED = "2026-11-25T00:00:00Z";

  private final Plan plan = Plans.plan(IMAGES, "");
  @TempDir private Path folder;

  private static Run run(Plan plan, Lab lab) {
    AtomicLong clock = new AtomicLong();
    return new Run(
        plan, Plans.samples(IMAGES, ""), id -> 0, lab, () -> clock.addAndGet(1_000_000_000L));
  }

  private byte[] scorecard(Path journal, Lab lab) throws IOException {
    try (Journal open = Journal.open(journal, plan, STARTED)) {
      run(plan, lab).finish(open, RunListener.NONE);
      return ScorecardJson.write(
          Scorecard.of(
              "redteam", open.started(), plan, List.of(), Results.of(open.done()), List.of()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 17, 35})
  void aRunThatWasKilledAndResumedFindsWhatAnUninterruptedOneDoes(int lives) throws IOException {
    byte[] whole = scorecard(folder.resolve("whole.jsonl"), new FakeLab(-1));
    Path cut = folder.resolve("cut.jsonl");
    assertThatThrownBy(() -> scorecard(cut, new FakeLab(lives))).isInstanceOf(FakeLab.Killed.class);
    Files.writeString(cut, "{\"task\":\"transfer/apgd-ce/1.0\",\"fir", StandardOpenOption.APPEND);
    FakeLab rest = new FakeLab(-1);
    assertThat(new String(scorecard(cut, rest), StandardCharsets.UTF_8))
        .isEqualTo(new String(whole, StandardCharsets.UTF_8));
    assertThat(rest.attacks).isEqualTo(36 - lives);
  }

  @Test
  void aJournalCutAtAnyByteOfItsLastLineIsGoneOnFrom() throws IOException {
    Path file = folder.resolve("whole.jsonl");
    byte[] whole = scorecard(file, new FakeLab(-1));
    byte[] bytes = Files.readAllBytes(file);
    int lastLine = bytes.length - 1;
    while (bytes[lastLine - 1] != '\n') {
      lastLine--;
    }
    int step = (bytes.length - lastLine) / 4;
    for (int cut = lastLine; cut < bytes.length; cut += step) {
      Path torn = folder.resolve("torn-" + cut);
      Files.write(torn, java.util.Arrays.copyOf(bytes, cut));
      assertThat(scorecard(torn, new FakeLab(-1))).isEqualTo(whole);
      assertThat(Files.readAllBytes(torn)).isEqualTo(bytes);
    }
  }

  @Test
  void aFinishedRunIsNotDoneAgain() throws IOException {
    Path file = folder.resolve("whole.jsonl");
    byte[] whole = scorecard(file, new FakeLab(-1));
    assertThat(scorecard(file, new FakeLab(0))).isEqualTo(whole);
  }

  @Test
  void anotherPlansJournalIsRefusedWithTheReason() throws IOException {
    Path file = folder.resolve("run.jsonl");
    scorecard(file, new FakeLab(-1));
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> Journal.open(file, Plans.plan(IMAGES, "other"), STARTED))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("belongs to a run with other settings");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void aDamagedLineInTheMiddleIsRefusedAndNamed() throws IOException {
    Path file = folder.resolve("run.jsonl");
    scorecard(file, new FakeLab(-1));
    List<String> lines = Files.readAllLines(file);
    lines.set(3, "{\"task\":");
    Files.write(file, lines);
    assertThatThrownBy(() -> Journal.open(file, plan, STARTED))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("line 4 is damaged");
  }

  @Test
  void aJournalInUseIsRefused() throws IOException {
    Path file = folder.resolve("run.jsonl");
    try (Journal open = Journal.open(file, plan, STARTED)) {
      assertThat(open.done()).isEmpty();
      assertThatThrownBy(() -> Journal.open(file, plan, STARTED))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("in use by another run");
    }
  }

  @Test
  void progressIsHeardForEveryChunkAndTask() throws IOException {
    StringBuilder heard = new StringBuilder();
    try (Journal open = Journal.open(folder.resolve("run.jsonl"), plan, STARTED)) {
      run(plan, new FakeLab(-1))
          .finish(
              open,
              new RunListener() {
                @Override
                public void finished(Task task) {
                  heard.append(task.id()).append('\n');
                }
              });
    }
    assertThat(heard.toString().lines().toList())
        .isEqualTo(plan.tasks().stream().map(Task::id).toList());
  }
}
