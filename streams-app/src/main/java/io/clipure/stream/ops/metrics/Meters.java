package io.clipure.stream.ops.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.DoubleSupplier;

/**
 * The meters of a process: makes those of the {@link OpsMeter} catalogue, and nothing that is not
 * in it; those of the JVM and the process are there from the start.
 *
 * <p>Thread-safe. Owned by whoever opens the port; close it after the last scrape.
 */
public final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<AutoCloseable> binders = new ArrayList<>();
  private final Queue<Object> sources = new ConcurrentLinkedQueue<>();

  /** With the meters of JVM and process. */
  public Meters() {
    registry
        .config()
        .meterFilter(new KafkaMeterFilter())
        // Their names break Prometheus' own rules; process.cpu.usage says more.
        .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
        .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    JvmGcMetrics collections = new JvmGcMetrics();
    binders.add(collections);
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** For binders of libraries, such as Kafka's. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /**
   * A counter.
   *
   * @param values one for each tag of the catalogue, in its order
   */
  public Counter counter(OpsMeter meter, String... values) {
    check(meter, OpsMeter.Kind.COUNTER);
    return Counter.builder(meter.meter())
        .description(meter.meaning())
        .baseUnit(meter.baseUnit())
        .tags(tags(meter, values))
        .register(registry);
  }

  /** A counter that somebody else counts: what it reads must never fall. */
  public void counting(OpsMeter meter, DoubleSupplier count, String... values) {
    check(meter, OpsMeter.Kind.COUNTER);
    // The registry keeps what it reads by a weak reference only.
    sources.add(count);
    FunctionCounter.builder(meter.meter(), count, DoubleSupplier::getAsDouble)
        .description(meter.meaning())
        .baseUnit(meter.baseUnit())
        .tags(tags(meter, values))
        .register(registry);
  }

  /** A gauge that is read at each scrape. */
  public void gauge(OpsMeter meter, DoubleSupplier value, String... values) {
    check(meter, OpsMeter.Kind.GAUGE);
    Gauge.builder(meter.meter(), value, DoubleSupplier::getAsDouble)
        .description(meter.meaning())
        .baseUnit(meter.baseUnit())
        .tags(tags(meter, values))
        .strongReference(true)
        .register(registry);
  }

  /** A gauge whose rows come and go. */
  public Rows rows(OpsMeter meter) {
    check(meter, OpsMeter.Kind.GAUGE);
    MultiGauge gauge =
        MultiGauge.builder(meter.meter())
            .description(meter.meaning())
            .baseUnit(meter.baseUnit())
            .register(registry);
    return rows ->
        gauge.register(
            rows.stream()
                .map(
                    row ->
                        MultiGauge.Row.of(
                            tags(meter, row.values().toArray(String[]::new)), row.number()))
                .toList(),
            true);
  }

  /** A histogram with the catalogue's buckets. */
  public Timer histogram(OpsMeter meter, String... values) {
    check(meter, OpsMeter.Kind.HISTOGRAM);
    return Timer.builder(meter.meter())
        .description(meter.meaning())
        .tags(tags(meter, values))
        .serviceLevelObjectives(meter.buckets())
        .register(registry);
  }

  /** Forgets a meter. */
  public void remove(Meter meter) {
    registry.remove(meter);
  }

  /** Closes a library's binder with the registry. */
  public synchronized void closeWith(AutoCloseable binder) {
    binders.add(binder);
  }

  @Override
  public synchronized void close() {
    for (AutoCloseable binder : binders) {
      try {
        binder.close();
      } catch (Exception e) {
        throw new IllegalStateException("a binder of meters could not be closed", e);
      }
    }
    binders.clear();
    registry.close();
  }

  /** All rows of a gauge at once; those that were there before and are not any more end. */
  @FunctionalInterface
  public interface Rows {
    /** Replaces them. */
    void set(List<Row> rows);
  }

  /**
   * One row.
   *
   * @param values of the tags, in the catalogue's order
   * @param number the value
   */
  public record Row(List<String> values, double number) {}

  private static void check(OpsMeter meter, OpsMeter.Kind kind) {
    if (meter.kind() != kind) {
      throw new IllegalArgumentException(meter + " is a " + meter.kind() + ", not a " + kind);
    }
  }

  private static Tags tags(OpsMeter meter, String... values) {
    List<String> names = meter.tags();
    if (names.size() != values.length) {
      throw new IllegalArgumentException(
          meter + " has the tags " + names + ", but " + values.length + " values were given");
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(names.get(i), values[i]);
    }
    return tags;
  }
}
