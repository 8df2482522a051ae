package io.clipure.stream.app;

import io.clipure.stream.redteam.scorecard.Column;
import io.clipure.stream.redteam.scorecard.Mode;
import io.clipure.stream.redteam.scorecard.Plan;
import io.clipure.stream.redteam.scorecard.RunListener;
import io.clipure.stream.redteam.scorecard.Task;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Where a run stands: a bar on a terminal, one line a finished task elsewhere. Time left is
 * reckoned from the work of each task, so it is rough: attacks end early where they succeed.
 */
final class RedteamProgress implements RunListener {
  private final Plan plan;
  private final LiveLine live;
  private final PrintWriter out;
  private final LongSupplier nanoTime;
  private final Map<String, Double> work = new HashMap<>();
  private final long start;
  private double skipped;
  private boolean moving;
  private int finished;
  private long taskStart;

  RedteamProgress(Plan plan, LiveLine live, PrintWriter out, LongSupplier nanoTime) {
    this.plan = plan;
    this.live = live;
    this.out = out;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.taskStart = start;
    plan.tasks().forEach(task -> work.put(task.id(), work(plan, task)));
  }

  @Override
  public void moved(Task task, int done, double share) {
    int chunk = Math.min(plan.chunk(), task.images() - done);
    double before = 0;
    for (Task one : plan.tasks()) {
      if (one.id().equals(task.id())) {
        break;
      }
      before += work.get(one.id());
    }
    double now = before + work.get(task.id()) * (done + share * chunk) / task.images();
    if (!moving) {
      // What a resumed run finds done costs no time.
      skipped = now;
      moving = share > 0;
    }
    live.show(
        finished,
        plan.tasks().size(),
        "%s  %d of %d images%s"
            .formatted(task.id(), done + Math.round(share * chunk), task.images(), left(now)));
  }

  private String left(double now) {
    double total = work.values().stream().mapToDouble(Double::doubleValue).sum();
    double elapsed = (nanoTime.getAsLong() - start) / 1e9;
    if (now - skipped < 0.005 * total || elapsed < 5) {
      return "";
    }
    long seconds = Math.round(elapsed * (total - now) / (now - skipped));
    Duration left = Duration.ofSeconds(seconds);
    return "  about %d:%02d left".formatted(left.toMinutes(), left.toSecondsPart());
  }

  @Override
  public void finished(Task task) {
    finished++;
    live.clear();
    long now = nanoTime.getAsLong();
    out.printf(
        "%2d/%d  %-52s %4d images  %6.1f s%n",
        finished, plan.tasks().size(), task.id(), task.images(), (now - taskStart) / 1e9);
    out.flush();
    taskStart = now;
  }

  /** In encoder passes, forward and backward counting as three. */
  private static double work(Plan plan, Task task) {
    double judged = task.columns().stream().mapToInt(column -> plan.column(column).draws()).sum();
    boolean secret = task.victim().equals(Column.DEPLOYED);
    double tries = (double) task.effort().steps() * task.effort().restarts();
    double attack =
        task.baseline() || task.attack().equals(Task.GRADIENT_PROBE)
            ? 0
            : task.mode() == Mode.BLACK_BOX
                ? tries
                : 3 * tries * (secret ? 2 * task.effort().eot() : 0.3 * task.effort().aims());
    return task.images() * (attack + judged + 1);
  }
}
