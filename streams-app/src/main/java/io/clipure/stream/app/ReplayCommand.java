package io.clipure.stream.app;

import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.LabelSets;
import io.clipure.stream.topology.LabelSetHolder;
import io.clipure.stream.topology.ModerationDeps;
import io.clipure.stream.topology.ModerationListener;
import io.clipure.stream.topology.ModerationTopology;
import io.clipure.stream.topology.TopologySettings;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code replay}: past images under another configuration. */
@Command(
    name = "replay",
    header = "Classifies past images again, under a candidate configuration.",
    description = {
      "Reads the images topic from a point to a fixed end and classifies every event with the"
          + " configuration given here (bundle, label set, calibration, purifier, thresholds), as a"
          + " Kafka Streams application of its own that writes to topics of its own, never to the"
          + " live ones. The label set is the one of policy.labels, whatever is published. A plan"
          + " file keeps what was agreed: with it a stopped or killed replay goes on where it was,"
          + " and further instances share the work. At the end every offset is accounted for; exit"
          + " code 1 if one is not. SIGTERM and Ctrl-C drain and end it with 75.%n",
      "Example:",
      "  clipure-stream replay --config app.properties --labels new.yaml --from 30d --plan"
          + " november.json%n"
    })
public final class ReplayCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayCommand.class);

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;
  @Mixin private AuditOptions options;

  @Option(names = "--json", description = "Print the account as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    options.check();
    AppConfig live = configuration.load(model.settings(), AuditSetup.DEFAULTS).requireCluster();
    try (Engines engines = Engines.open(live, Home.locate());
        Admin admin = Clients.admin(live)) {
      AuditSetup setup =
          AuditSetup.prepare(
              options, configuration, model, live, engines, admin, AuditPlan.Kind.REPLAY);
      AuditReport report = new AuditReport(spec.commandLine(), json);
      report.plan(setup.opened());
      engines.viewsWarning().ifPresent(LOG::warn);
      AuditSession.End end =
          AuditSession.run(setup, admin, spec.commandLine(), () -> worker(setup, engines));
      return end.account().isEmpty()
          ? report.unfinished(setup.opened(), end.lastWords(), end.watched())
          : report.finished(setup, end.account().get(), Set.of(), end.watched(), Optional.empty());
    }
  }

  private AuditWorker worker(AuditSetup setup, Engines engines) {
    AppConfig config = setup.config();
    TopologySettings settings = Settings.topology(config, engines);
    InferencePipeline pipeline =
        new InferencePipeline(Settings.batching(config), engines.encoders());
    try {
      Clients.Serdes serdes = Clients.serdes(config);
      ModerationDeps deps =
          new ModerationDeps(
              pipeline,
              engines.loader(),
              engines.references(),
              engines.info(),
              engines.views(),
              new LabelSetHolder(engines.judges(), engines.labelSet()),
              serdes.imageEvent(),
              serdes.labelledImage(),
              serdes.labelSet(),
              LabelSets::verified,
              Clock.systemUTC(),
              ModerationListener.NONE);
      return Clients.make(
          config,
          () ->
              new AuditWorker(
                  config,
                  setup.plan(),
                  settings,
                  ModerationTopology.buildReplay(
                      settings, deps, setup.plan().source().topic(), Pace.of(options.rate)),
                  options.threads == null ? config.stream().backfillThreads() : options.threads,
                  Optional.of(pipeline),
                  options.paced(Map.of())));
    } catch (RuntimeException e) {
      pipeline.close();
      throw e;
    }
  }
}
