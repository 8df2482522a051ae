package io.clipure.stream.app;

import io.clipure.stream.audit.account.AccountReport;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine;

/** From a prepared audit to its end: what replay and rescore do alike. */
final class AuditSession {
  private AuditSession() {}

  /**
   * How it ended.
   *
   * @param lastWords why this instance failed; empty: it did not
   * @param account empty: the range is not at its end
   */
  record End(
      AuditRun.Watched watched, Optional<String> lastWords, Optional<AccountReport> account) {}

  /**
   * Works and watches until the range is at its end, a signal comes or the worker fails.
   *
   * @param worker makes this instance's share; closed here
   */
  static End run(AuditSetup setup, Admin admin, CommandLine line, Supplier<AuditWorker> worker)
      throws InterruptedException {
    AuditRun run = new AuditRun(setup.config(), admin, setup.plan(), line);
    StopSignals stop = AuditReport.signals();
    AuditRun.Watched watched;
    Optional<String> lastWords;
    try (AuditWorker mine = worker.get()) {
      mine.start();
      watched = run.watch(mine, stop);
      lastWords = mine.lastWords();
    }
    return new End(
        watched, lastWords, watched.finished() ? Optional.of(run.account()) : Optional.empty());
  }
}
