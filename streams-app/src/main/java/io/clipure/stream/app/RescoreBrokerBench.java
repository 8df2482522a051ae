package io.clipure.stream.app;

import com.sun.management.OperatingSystemMXBean;
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
import java.lang.management.ManagementFactory;
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

/** The whole way of rescoring on an embedded broker, which shares this process and its cores. */
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
   * @param cpuSeconds of this process meanwhile, the broker's included
   */
  record Result(Drift.Totals totals, AccountReport account, double cpuSeconds) {}

  /** Publishes so many results and rescores them exactly once. */
  Result run(int records) throws InterruptedException {
    try (EmbeddedBroker broker = EmbeddedCluster.start()) {
      OutputTopics outputs = OutputTopics.of("bench.");
      Map<String, String> keys = new HashMap<>(AuditSetup.outputs(outputs));
      keys.putAll(AuditSetup.DEFAULTS);
      keys.put("kafka.bootstrap.servers", broker.bootstrapServers());
      keys.put("schema.registry.url", "mock://bench-rescore-broker");
      AppConfig config = AppConfig.load(List.of(ConfigSource.values("bench", keys)));
      broker.createTopics(List.of(SOURCE), PARTITIONS, Map.of());
      broker.createTopics(outputs.all(), PARTITIONS, Map.of());
      publish(config, records);
      try (Admin admin = Clients.admin(config)) {
        AuditPlan plan =
            new AuditPlan(
                "bench",
                AuditPlan.Kind.RESCORE,
                Instant.now(),
                new RangePlanner().plan(admin, SOURCE, new Point.Earliest(), new Point.Latest()),
                outputs,
                new Candidate(Map.of()));
        StartOffsets.ensure(admin, plan);
        Drift drift = new Drift(System::nanoTime);
        double before = cpuSeconds();
        work(config, admin, plan, drift);
        double spent = cpuSeconds() - before;
        return new Result(
            drift.totals(),
            new Accountant(admin, () -> AuditClients.consumer(config)).account(plan, share -> {}),
            spent);
      }
    }
  }

  private static double cpuSeconds() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / 1e9;
  }

  private void work(AppConfig config, Admin admin, AuditPlan plan, Drift drift)
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
