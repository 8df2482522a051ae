package io.clipure.stream.app;

import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.BatchingStats;
import io.clipure.stream.batching.DeviceHealth;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.ops.metrics.Meters;
import io.clipure.stream.ops.metrics.OpsMeter;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.topology.LabelSetHolder;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What is read of a running service at each scrape: the pipeline, the devices, the label set, the
 * Kafka clients.
 *
 * <p><b>Threading</b>: made by the command's thread, read by that of a scrape.
 */
final class ServiceMeters {
  private final Meters meters;
  private final Service service;
  private final VerdictMeters verdicts;
  private final Meters.Rows labelSetRow;
  private volatile BatchingStats stats;
  private volatile LabelSetHolder.Active labelSet;

  ServiceMeters(Meters meters, Service service, BatchingSettings settings, VerdictMeters verdicts) {
    this.meters = meters;
    this.service = service;
    this.verdicts = verdicts;
    this.stats = service.batching();
    this.labelSetRow = meters.rows(OpsMeter.LABEL_SET);
    addPipeline(settings);
    addDevices();
    addModel();
    addLabelSets();
    addClients();
    refresh();
  }

  /** Before a scrape: one snapshot for all that is read of the pipeline. */
  void refresh() {
    stats = service.batching();
    LabelSetHolder.Active now = service.labelSets().current();
    if (now != labelSet) {
      labelSet = now;
      LabelSet set = now.judge().labelSet();
      labelSetRow.set(List.of(new Meters.Row(List.of(set.name(), set.digest()), 1)));
      Set<String> labels = set.labels().stream().map(Label::id).collect(Collectors.toSet());
      verdicts.keepLabels(labels);
    }
  }

  private void addPipeline(BatchingSettings settings) {
    lanes(OpsMeter.IN_FLIGHT_IMAGES, s -> s.live().count(), s -> s.backfill().count());
    lanes(OpsMeter.IN_FLIGHT_BYTES, s -> s.live().bytes(), s -> s.backfill().bytes());
    lanes(OpsMeter.QUEUE, s -> s.queued().live(), s -> s.queued().backfill());
    meters.gauge(OpsMeter.IN_FLIGHT_LIMIT_IMAGES, settings::maxInFlight);
    meters.gauge(OpsMeter.IN_FLIGHT_LIMIT_BYTES, settings::maxInFlightBytes);
    meters.gauge(OpsMeter.BATCH_LIMIT, settings::maxBatch);
    meters.gauge(OpsMeter.FETCH_SLOTS, () -> stats.fetchSlots().now());
    meters.gauge(OpsMeter.DECODE_MEMORY, () -> stats.decodeBytes().now());
    meters.counting(OpsMeter.BATCHES, () -> stats.batches());
    meters.counting(OpsMeter.ENCODED, () -> stats.items());
    meters.counting(OpsMeter.EXPIRED, () -> stats.expired());
  }

  private void lanes(
      OpsMeter meter, ToDoubleFunction<BatchingStats> live, ToDoubleFunction<BatchingStats> old) {
    meters.gauge(meter, () -> live.applyAsDouble(stats), "live");
    meters.gauge(meter, () -> old.applyAsDouble(stats), "backfill");
  }

  private void addDevices() {
    meters.counting(OpsMeter.DEVICE_BUSY, () -> stats.encodeNanos() / 1e9);
    fault("hang", BatchingStats.Faults::hangs);
    fault("replaced", BatchingStats.Faults::replaced);
    fault("retired", BatchingStats.Faults::retired);
    fault("out_of_memory", BatchingStats.Faults::outOfMemory);
    fault("retry", BatchingStats.Faults::retries);
    for (String device : Set.copyOf(service.engines().devices())) {
      for (DeviceHealth.State state : DeviceHealth.State.values()) {
        meters.gauge(
            OpsMeter.DEVICE_WORKERS,
            () ->
                service.devices().stream()
                    .filter(one -> one.device().equals(device) && one.state() == state)
                    .count(),
            device,
            state.name().toLowerCase(Locale.ROOT));
      }
    }
  }

  private void fault(String kind, ToDoubleFunction<BatchingStats.Faults> count) {
    meters.counting(OpsMeter.DEVICE_FAULTS, () -> count.applyAsDouble(stats.faults()), kind);
  }

  private void addModel() {
    Engines engines = service.engines();
    ModelInfo model = engines.info();
    meters.gauge(
        OpsMeter.MODEL,
        () -> 1,
        model.name(),
        model.digest(),
        model.calibration() == null ? "none" : model.calibration().id(),
        engines.engine(),
        engines.precision(),
        engines.purifier().id(),
        engines.views().plan().id(),
        Version.application());
  }

  private void addLabelSets() {
    LabelSetHolder holder = service.labelSets();
    meters.gauge(OpsMeter.LABEL_SET_VERSION, () -> holder.current().version());
    meters.counting(OpsMeter.LABEL_SET_UPDATES, holder::accepted, "accepted");
    meters.counting(OpsMeter.LABEL_SET_UPDATES, holder::refused, "refused");
  }

  private void addClients() {
    Function<StreamsClient, Double> alive = client -> (double) client.threadsAlive().orElse(0);
    service.clients().forEach(client -> addClient(client, alive));
    service
        .shadow()
        .ifPresent(
            shadow -> {
              addClient(shadow.client(), alive);
              meters.gauge(OpsMeter.SHADOW_RUNNING, () -> shadow.lastWords().isPresent() ? 0 : 1);
            });
  }

  private void addClient(StreamsClient client, Function<StreamsClient, Double> alive) {
    meters.gauge(OpsMeter.STREAM_THREADS, () -> alive.apply(client), client.name());
    KafkaStreamsMetrics kafka =
        new KafkaStreamsMetrics(client.kafka(), Tags.of("graph", client.name()));
    kafka.bindTo(meters.registry());
    meters.closeWith(kafka);
  }
}
