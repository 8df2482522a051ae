package io.clipure.stream.app;

import io.clipure.stream.audit.account.AccountReport;
import io.clipure.stream.audit.account.Accountant;
import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.plan.PlanProgress;
import io.clipure.stream.config.AppConfig;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Watches an audit to its end, and draws up its account. */
final class AuditRun {
  private static final Logger LOG = LoggerFactory.getLogger(AuditRun.class);

  private static final Duration STEP = Duration.ofMillis(500);

  /** Without a terminal, a line of progress so often. */
  private static final Duration LINE = Duration.ofSeconds(30);

  /** How long the transaction of a killed instance may hide results. */
  private static final Duration SETTLE = Duration.ofMinutes(3);

  private final AppConfig config;
  private final Admin admin;
  private final AuditPlan plan;
  private final PrintWriter err;
  private final LiveLine live;
  private final boolean terminal;

  AuditRun(AppConfig config, Admin admin, AuditPlan plan, CommandLine line) {
    this.config = config;
    this.admin = admin;
    this.plan = plan;
    this.err = line.getErr();
    this.terminal = line.getColorScheme().ansi().enabled();
    this.live = new LiveLine(err, line.getColorScheme().ansi());
  }

  /**
   * How it ended.
   *
   * @param seconds this run took to the end of the range, joining and probing included
   * @param offsets of the range that came behind the group meanwhile
   */
  record Watched(boolean finished, boolean drained, double seconds, long offsets) {}

  /**
   * Watches until no record is left, somebody asks to stop, or the worker fails; then stops the
   * worker.
   */
  Watched watch(AuditWorker worker, StopSignals stop) throws InterruptedException {
    PlanProgress progress =
        new PlanProgress(admin, plan, () -> AuditClients.consumer(config), System::nanoTime);
    worker.onFailure(stop::stop);
    long began = System.nanoTime();
    PlanProgress.State first = progress.check();
    PlanProgress.State state = first;
    Rate rate = new Rate(began, state.done());
    long lastLine = began;
    while (!state.finished() && !stop.await(STEP)) {
      state = progress.check();
      long now = System.nanoTime();
      String note = rate.note(now, state);
      live.show(state.done(), state.total(), note);
      if (!terminal && now - lastLine > LINE.toNanos()) {
        err.printf("%d of %d offsets, %s%n", state.done(), state.total(), note);
        lastLine = now;
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    live.clear();
    return new Watched(state.finished(), worker.stop(), seconds, state.done() - first.done());
  }

  /** The account, once nothing hides results any more. */
  AccountReport account() throws InterruptedException {
    Accountant accountant = new Accountant(admin, () -> AuditClients.consumer(config));
    long deadline = System.nanoTime() + SETTLE.toNanos();
    while (!accountant.settled(plan) && System.nanoTime() < deadline) {
      live.show(0, 1, "waiting for the transaction of an ended instance");
      TimeUnit.MILLISECONDS.sleep(STEP.toMillis());
    }
    if (!accountant.settled(plan)) {
      LOG.warn("a transaction is still open on the output topics; what it hides is not counted");
    }
    AccountReport report =
        accountant.account(
            plan, share -> live.show((long) (1000 * share), 1000, "account (per mille)"));
    live.clear();
    return report;
  }

  /** Offsets a second over the last half minute, and what is left at that rate. */
  static final class Rate {
    private static final long WINDOW = Duration.ofSeconds(30).toNanos();

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long at, long done) {}

    Rate(long at, long done) {
      samples.add(new Sample(at, done));
    }

    String note(long now, PlanProgress.State state) {
      // Commits come in bursts, and nothing comes while the group forms.
      if (samples.size() == 1 && state.done() == samples.getFirst().done()) {
        samples.clear();
      }
      samples.add(new Sample(now, state.done()));
      while (samples.size() > 2 && now - samples.getFirst().at() > WINDOW) {
        samples.removeFirst();
      }
      Sample first = samples.getFirst();
      double seconds = (now - first.at()) / 1e9;
      double perSecond = seconds > 0 ? (state.done() - first.done()) / seconds : 0;
      double percent = state.total() == 0 ? 100 : 100.0 * state.done() / state.total();
      long left = state.total() - state.done();
      return String.format(Locale.ROOT, "%.1f %%, %.0f/s", percent, perSecond)
          + (perSecond > 0
              ? ", " + text(Duration.ofSeconds((long) (left / perSecond))) + " left"
              : "");
    }

    private static String text(Duration duration) {
      return duration.toHours() > 0
          ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
          : duration.toMinutesPart() + " min " + duration.toSecondsPart() + " s";
    }
  }
}
