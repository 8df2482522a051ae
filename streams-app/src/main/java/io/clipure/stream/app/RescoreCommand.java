package io.clipure.stream.app;

import io.clipure.stream.audit.account.AccountReport;
import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.rescore.Drift;
import io.clipure.stream.audit.rescore.Rescorer;
import io.clipure.stream.audit.rescore.SkipReason;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.PurifyConfig;
import io.clipure.stream.topology.RescoreTopology;
import io.clipure.stream.topology.TopologySettings;
import io.clipure.stream.topology.VerdictRecords;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rescore}: past verdicts under another configuration, without pixels. */
@Command(
    name = "rescore",
    header = "Judges past verdicts again from their stored embeddings, without images.",
    description = {
      "As replay, but reads the labelled topic and judges the embeddings that its records hold (half"
          + " precision, stream.store-embedding): for another label set, calibration, threshold or"
          + " CLIPure-Cos purifier no image is fetched and no encoder runs. Records of another"
          + " model, without embedding or with other views are skipped and counted: those need"
          + " replay. Exit code 1 if a record is unaccounted for or none could be judged; with"
          + " --strict also if one was skipped.%n",
      "Example:",
      "  clipure-stream rescore --config app.properties --labels new.yaml --from 30d%n"
    })
public final class RescoreCommand implements Callable<Integer> {
  /** A record here is a few kilobytes, not an image: take many at a time. */
  static final Map<String, String> STREAMS =
      Map.of(
          "buffered.records.per.partition", "2000",
          "consumer.max.poll.records", "2000",
          "consumer.max.partition.fetch.bytes", Integer.toString(4 << 20),
          "producer.batch.size", Integer.toString(256 << 10),
          "producer.linger.ms", "20",
          // Batches that follow a transaction's first one too soon are refused (transactions v2)
          // and sent again: harmless, but slower than waiting.
          "producer.max.in.flight.requests.per.connection", "1",
          "producer.compression.type", "lz4");

  private static final Set<String> SKIPS =
      Arrays.stream(SkipReason.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;
  @Mixin private AuditOptions options;

  @Option(names = "--strict", description = "Exit code 1 if any record was skipped.")
  private boolean strict;

  @Option(names = "--json", description = "Print the account as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    options.check();
    AppConfig live = configuration.load(model.settings(), AuditSetup.DEFAULTS).requireCluster();
    if (live.purify().method() == PurifyConfig.Method.DIFF) {
      throw new RefusedException(
          "purify.method=diff needs the diffusion prior on a device, once for every embedding;"
              + " rescore judges in closed form only: use replay, or another purifier");
    }
    try (Engines engines = Engines.open(live, Home.locate());
        Admin admin = Clients.admin(live)) {
      AuditSetup setup =
          AuditSetup.prepare(
              options, configuration, model, live, engines, admin, AuditPlan.Kind.RESCORE);
      AuditReport report = new AuditReport(spec.commandLine(), json);
      report.plan(setup.opened());
      Drift drift = new Drift(System::nanoTime);
      AuditSession.End end =
          AuditSession.run(setup, admin, spec.commandLine(), () -> worker(setup, engines, drift));
      if (end.account().isEmpty()) {
        return report.unfinished(setup.opened(), end.lastWords(), end.watched());
      }
      AccountReport account = end.account().get();
      Drift.Totals totals = drift.totals();
      int code = report.finished(setup, account, SKIPS, end.watched(), Optional.of(totals));
      lines(totals).forEach(report::note);
      return Math.max(code, verdict(account, report));
    }
  }

  private int verdict(AccountReport account, AuditReport report) {
    long needReplay =
        Arrays.stream(SkipReason.values())
            .filter(SkipReason::replayHelps)
            .mapToLong(reason -> account.reasons().getOrDefault(reason.name(), 0L))
            .sum();
    if (needReplay > 0) {
      report.note("need replay, as they cannot be rescored: " + needReplay);
    }
    boolean nothing = account.labelled() == 0 && account.read() > 0;
    long skipped = SKIPS.stream().mapToLong(s -> account.reasons().getOrDefault(s, 0L)).sum();
    return nothing || strict && skipped > 0 ? ExitCode.FINDINGS : ExitCode.OK;
  }

  private static List<String> lines(Drift.Totals totals) {
    if (totals.judged() == 0) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d results judged by this instance in %.1f s (%,.0f/s); %,d decisions differ from the"
                + " record",
            totals.judged(),
            totals.seconds(),
            totals.judged() / Math.max(1e-9, totals.seconds()),
            totals.changed()));
    if (totals.alike() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d of them as they were made (same model, label set, calibration, views, purifier):"
                  + " half precision flips %,d decisions and %,d top labels; largest change of a"
                  + " score %.5f",
              totals.alike(),
              totals.flips(),
              totals.labelFlips(),
              totals.largest()));
    }
    return lines;
  }

  private AuditWorker worker(AuditSetup setup, Engines engines, Drift drift) {
    AppConfig config = setup.config();
    TopologySettings settings = Settings.topology(config, engines);
    Rescorer rescorer =
        new Rescorer(
            engines.judge(),
            engines.info(),
            engines.views().plan(),
            new VerdictRecords(settings, engines.info(), engines.views(), Clock.systemUTC()),
            drift);
    return Clients.make(
        config,
        () ->
            new AuditWorker(
                config,
                setup.plan(),
                settings,
                RescoreTopology.build(
                    settings.topics(),
                    setup.plan().source().topic(),
                    Clients.serdes(config).labelledImage(),
                    Pace.of(options.rate),
                    rescorer),
                options.threads == null
                    ? Runtime.getRuntime().availableProcessors()
                    : options.threads,
                Optional.empty(),
                options.paced(STREAMS)));
  }
}
