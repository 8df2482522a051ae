package io.clipure.stream.app;

import io.clipure.stream.audit.account.AccountReport;
import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.range.PartitionRange;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What an audit prints for people. */
final class AuditText {
  private final PrintWriter out;

  AuditText(PrintWriter out) {
    this.out = out;
  }

  /** Before it starts. */
  void plan(AuditPlans.Opened opened) {
    AuditPlan plan = opened.plan();
    out.printf(
        "%s %s: plan %s (to resume or to help: %s --plan %s)%n",
        opened.created() ? "Starting" : "Joining",
        plan.applicationId(),
        opened.file(),
        plan.kind().key(),
        opened.file());
    out.printf(
        "reads   %s: %s%n",
        plan.source().topic(),
        plan.source().partitions().stream()
            .map(AuditText::range)
            .collect(Collectors.joining(", ")));
    out.printf("writes  %s%n", String.join(", ", plan.outputs().all()));
    Map<String, String> facts = plan.candidate().facts();
    out.printf(
        "decides model %s, label set %s, calibration %s, purifier %s, views %s%n%n",
        SafeText.of(facts.get("model")),
        SafeText.of(facts.get("label set")),
        SafeText.of(facts.get("calibration")),
        facts.get("purifier"),
        facts.get("views"));
    out.flush();
  }

  private static String range(PartitionRange range) {
    return "partition %d [%d, %d)".formatted(range.partition(), range.start(), range.end());
  }

  /**
   * The account.
   *
   * @param skips reasons of dead letters that are no failures
   */
  void account(AuditPlan plan, AccountReport report, Set<String> skips) {
    long skipped = count(report, skips, true);
    long dead = report.reasons().values().stream().mapToLong(Long::longValue).sum() - skipped;
    line("offsets planned", report.offsets(), "");
    line("without a record", report.withoutRecord(), "compacted, aborted, or transaction markers");
    line("deleted meanwhile", report.deleted(), "by retention, before they were read");
    line("read", report.read(), "");
    line("  labelled", report.labelled(), plan.outputs().labelled());
    line("  dead-lettered", dead, plan.outputs().deadLetter());
    reasons(report, skips, false);
    if (!skips.isEmpty()) {
      line("  skipped", skipped, plan.outputs().deadLetter());
      reasons(report, skips, true);
    }
    line("flagged", report.lowConfidence(), plan.outputs().lowConfidence());
    line("", report.adversarial(), plan.outputs().adversarial());
    line("unaccounted", report.unaccounted(), "");
    if (report.unaccounted() > 0) {
      out.printf(
          "  records of the source that came out nowhere, first at partition:offset %s%n",
          String.join(", ", report.unaccountedAt()));
    }
    if (report.strangers() > 0) {
      out.printf(
          "  %d records of the outputs belong to no offset of this plan: something else writes"
              + " there%n",
          report.strangers());
    }
    if (report.doubled() + report.both() > 0) {
      out.printf(
          "  %d records came out again, %d offsets both labelled and dead-lettered%n",
          report.doubled(), report.both());
    }
    if (report.deletedBefore() > 0) {
      out.printf(
          "  %d offsets that were asked for had been deleted by retention before the plan was made%n",
          report.deletedBefore());
    }
    if (!report.begunAtLogStart().isEmpty()) {
      out.printf(
          "  the topic has been shortened: partitions %s begin where their logs begin now; earlier"
              + " records are gone%n",
          report.begunAtLogStart().stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
  }

  private static long count(AccountReport report, Set<String> skips, boolean skipped) {
    return report.reasons().entrySet().stream()
        .filter(reason -> skips.contains(reason.getKey()) == skipped)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private void reasons(AccountReport report, Set<String> skips, boolean skipped) {
    report
        .reasons()
        .forEach(
            (reason, count) -> {
              if (skips.contains(reason) == skipped) {
                line("    " + SafeText.cut(SafeText.of(reason), 40), count, "");
              }
            });
  }

  private void line(String name, long count, String note) {
    out.println(String.format(Locale.ROOT, "%-26s %,12d  %s", name, count, note).stripTrailing());
  }
}
