package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.account.AccountReport;
import io.clipure.stream.audit.account.Accountant;
import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.plan.Candidate;
import io.clipure.stream.audit.plan.OutputTopics;
import io.clipure.stream.audit.plan.PlanProgress;
import io.clipure.stream.audit.plan.StartOffsets;
import io.clipure.stream.audit.range.Point;
import io.clipure.stream.audit.range.RangePlanner;
import io.clipure.stream.audit.rescore.Drift;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.topology.RescoreTopology;
import io.clipure.stream.topology.TopologySettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The whole way of rescoring on an embedded broker, which shares this process and its cores. The
 * topic is rescored once to warm up, then once to be measured.
 */
final class RescoreBrokerBench {
  private static final String SOURCE = "images.labelled";
  private static final int PARTITIONS = 4;

  private final RescoreBench bench;
  private final int threads;

  RescoreBrokerBench(RescoreBench bench, int threads) {
    this.bench = bench;
    this.threads = threads;
  }

  /**
   * What was measured.
   *
   * @param totals results and the seconds from the first to the last
   * @param account of the run
   * @param rescore processor time in seconds of the stream threads and their clients' threads
   * @param broker the same of the broker's threads, and of all others
   * @param jvm the same of garbage collection and compilers, which serve both
   */
  record Result(
      Drift.Totals totals, AccountReport account, double rescore, double broker, double jvm) {}

  /** Publishes so many results and rescores them exactly once. */
  Result run(int records) throws InterruptedException {
    try (EmbeddedBroker broker = EmbeddedCluster.start()) {
      OutputTopics warm = OutputTopics.of("warm.");
      AppConfig config = config(broker, warm);
      broker.createTopics(List.of(SOURCE), PARTITIONS, Map.of());
      publish(config, records);
      try (Admin admin = Clients.admin(config)) {
        rescore(broker, admin, warm);
        return rescore(broker, admin, OutputTopics.of("bench."));
      }
    }
  }

  private static AppConfig config(EmbeddedBroker broker, OutputTopics outputs) {
    Map<String, String> keys = new HashMap<>(AuditSetup.outputs(outputs));
    keys.putAll(AuditSetup.DEFAULTS);
    keys.put("kafka.bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", "mock://bench-rescore-broker");
    return AppConfig.load(List.of(ConfigSource.values("bench", keys)));
  }

  private Result rescore(EmbeddedBroker broker, Admin admin, OutputTopics outputs)
      throws InterruptedException {
    AppConfig config = config(broker, outputs);
    broker.createTopics(outputs.all(), PARTITIONS, Map.of());
    AuditPlan plan =
        new AuditPlan(
            outputs.labelled(),
            AuditPlan.Kind.RESCORE,
            Instant.now(),
            new RangePlanner().plan(admin, SOURCE, new Point.Earliest(), new Point.Latest()),
            outputs,
            new Candidate(Map.of()));
    StartOffsets.ensure(admin, plan);
    Drift drift = new Drift(System::nanoTime);
    ThreadTimes times = work(config, admin, plan, drift);
    return new Result(
        drift.totals(),
        new Accountant(admin, () -> AuditClients.consumer(config)).account(plan, share -> {}),
        times.rescore(),
        times.others(),
        times.jvm());
  }

  private ThreadTimes work(AppConfig config, Admin admin, AuditPlan plan, Drift drift)
      throws InterruptedException {
    TopologySettings settings = bench.settings(config);
    try (AuditWorker worker =
        new AuditWorker(
            config,
            plan,
            settings,
            RescoreTopology.build(
                settings.topics(),
                SOURCE,
                Clients.serdes(config).labelledImage(),
                () -> {},
                bench.rescorer(drift)),
            threads,
            Optional.empty(),
            RescoreCommand.STREAMS)) {
      ThreadTimes before = ThreadTimes.now();
      worker.start();
      PlanProgress progress =
          new PlanProgress(admin, plan, () -> AuditClients.consumer(config), System::nanoTime);
      while (!progress.check().finished()) {
        worker
            .lastWords()
            .ifPresent(
                why -> {
                  throw new IllegalStateException(why);
                });
        TimeUnit.MILLISECONDS.sleep(200);
      }
      return ThreadTimes.now().since(before);
    }
  }

  private void publish(AppConfig config, int records) {
    List<LabelledImage> results = bench.results(256);
    Map<String, Object> settings =
        Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd", ProducerConfig.LINGER_MS_CONFIG, 20);
    try (Serializer<LabelledImage> values = Clients.serdes(config).labelledImage().serializer();
        Producer<String, LabelledImage> producer =
            Clients.producer(config, settings, new StringSerializer(), values)) {
      for (int i = 0; i < records; i++) {
        producer.send(
            new ProducerRecord<>(
                SOURCE, i % PARTITIONS, "upload-%08d".formatted(i), results.get(i % 256)));
      }
      producer.flush();
    }
  }
}
