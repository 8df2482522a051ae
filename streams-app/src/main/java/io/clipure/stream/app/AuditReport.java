package io.clipure.stream.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.audit.account.AccountReport;
import io.clipure.stream.audit.rescore.Drift;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** What replay and rescore say, and the exit code that goes with it. */
final class AuditReport {
  private static final Logger LOG = LoggerFactory.getLogger(AuditReport.class);

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private final AuditText text;

  AuditReport(CommandLine line, boolean json) {
    this.out = line.getOut();
    this.err = line.getErr();
    this.json = json;
    this.text = new AuditText(json ? err : out);
  }

  /** Listens to SIGTERM and SIGINT; a second one ends the process. */
  static StopSignals signals() {
    StopSignals stop =
        new StopSignals(
            () -> {
              LOG.error("second signal: ending now; what was in flight will be read again");
              Runtime.getRuntime().halt(ExitCode.UNDRAINED);
            });
    stop.listen("TERM");
    stop.listen("INT");
    return stop;
  }

  void plan(AuditPlans.Opened opened) {
    text.plan(opened);
  }

  /** A line beside the account. */
  void note(String line) {
    (json ? err : out).println(line);
  }

  /** The range is not at its end. */
  int unfinished(AuditPlans.Opened opened, Optional<String> lastWords, AuditRun.Watched watched) {
    err.printf(
        "clipure-stream: %s; nothing is lost: run the same command with --plan %s to go on%n",
        lastWords.orElse(
            watched.drained()
                ? "stopped, all drained and committed"
                : "stopped before all was drained"),
        opened.file());
    return lastWords.isPresent() ? ExitCode.FAULT : ExitCode.UNDRAINED;
  }

  /**
   * The account.
   *
   * @param skips reasons of dead letters that are no failures
   * @param drift what rescoring changed
   */
  int finished(
      AuditSetup setup,
      AccountReport account,
      Set<String> skips,
      AuditRun.Watched watched,
      Optional<Drift.Totals> drift) {
    if (json) {
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode root = mapper.createObjectNode();
      root.put("plan", setup.plan().id());
      root.put("file", setup.opened().file().toString());
      root.put("read", account.read());
      root.set("account", mapper.valueToTree(account));
      root.put("seconds", watched.seconds());
      drift.ifPresent(totals -> root.set("facts", mapper.valueToTree(totals)));
      out.println(root);
    } else {
      text.account(setup.plan(), account, skips);
      out.println();
      out.println(
          String.format(
              Locale.ROOT,
              "%,d offsets in %.1f s of this run, joining the group included: %,.0f/s",
              watched.offsets(),
              watched.seconds(),
              watched.offsets() / Math.max(1e-9, watched.seconds())));
    }
    boolean sound =
        account.complete() && (account.exactlyOnce() || !setup.config().stream().exactlyOnce());
    return sound ? ExitCode.OK : ExitCode.FINDINGS;
  }
}
