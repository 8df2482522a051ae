package io.clipure.stream.ops.metrics;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Every meter of ours: the one place for its name, kind, unit, tags and meaning. Code, README,
 * dashboards and tests come from here. Meters of Kafka's clients ({@code kafka_*}), of the JVM and
 * of the process come besides.
 */
public enum OpsMeter {
  VERDICTS(
      "clipure.verdicts",
      Kind.COUNTER,
      "images",
      List.of("graph", "lane", "decision"),
      "Verdicts forwarded. graph: live or backfill; lane: who waits, live or backfill; decision:"
          + " allow, review, block."),
  VERDICTS_BY_LABEL(
      "clipure.label.verdicts",
      Kind.COUNTER,
      "images",
      List.of("label", "decision"),
      "The same by the label that made the decision: labels of the set in force; those of an older"
          + " set end with it, beyond 1,000 they share the name (other)."),
  FLAGS(
      "clipure.flags",
      Kind.COUNTER,
      "flags",
      List.of("kind"),
      "Flags on verdicts: low_confidence or suspected_adversarial."),
  FLAG_CAUSES(
      "clipure.flag.causes",
      Kind.COUNTER,
      "flags",
      List.of("kind", "cause"),
      "What crossed its threshold: score, margin, label-threshold, or the suspicion signal that"
          + " weighed most (combined: none in particular). A flag may have several."),
  DEAD_LETTERS(
      "clipure.dead.letters",
      Kind.COUNTER,
      "events",
      List.of("graph", "reason"),
      "Events that became dead letters, by reason code."),
  LATENCY(
      "clipure.latency",
      Kind.HISTOGRAM,
      "seconds",
      List.of("lane"),
      "From the upload (uploadedAt of the event, else its timestamp) to the verdict.",
      0.05,
      0.1,
      0.25,
      0.5,
      1,
      2.5,
      5,
      10,
      30,
      60,
      300,
      900,
      3600),
  STAGE(
      "clipure.stage",
      Kind.HISTOGRAM,
      "seconds",
      List.of("stage", "lane"),
      "Time of an image in each stage. load: fetch, decode, resize; queue: waiting for a batch;"
          + " encode: its whole batch; judge: purification and verdict; rest: waiting for threads and"
          + " for its turn in the partition's order.",
      0.0001,
      0.001,
      0.005,
      0.01,
      0.025,
      0.05,
      0.1,
      0.25,
      0.5,
      1,
      2.5,
      5,
      10,
      30),
  QUEUE(
      "clipure.queue",
      Kind.GAUGE,
      "images",
      List.of("lane"),
      "Decoded images that wait for a device."),
  IN_FLIGHT_IMAGES(
      "clipure.in.flight",
      Kind.GAUGE,
      "images",
      List.of("lane"),
      "Images taken up and not yet forwarded."),
  IN_FLIGHT_BYTES(
      "clipure.in.flight.memory", Kind.GAUGE, "bytes", List.of("lane"), "Heap they hold."),
  IN_FLIGHT_LIMIT_IMAGES(
      "clipure.in.flight.limit",
      Kind.GAUGE,
      "images",
      List.of(),
      "The most of them, batching.max-in-flight."),
  IN_FLIGHT_LIMIT_BYTES(
      "clipure.in.flight.memory.limit",
      Kind.GAUGE,
      "bytes",
      List.of(),
      "The most they may hold, batching.max-in-flight-bytes."),
  FETCH_SLOTS(
      "clipure.fetch.slots",
      Kind.GAUGE,
      "fetches",
      List.of(),
      "Fetches running, and fetched images not yet decoded."),
  DECODE_MEMORY(
      "clipure.decode.memory", Kind.GAUGE, "bytes", List.of(), "Memory that decoding holds."),
  BATCHES("clipure.batches", Kind.COUNTER, "batches", List.of(), "Batches encoded."),
  ENCODED(
      "clipure.encoded",
      Kind.COUNTER,
      "images",
      List.of(),
      "Images encoded. By batches: the mean batch; that by the limit: the fill."),
  BATCH_LIMIT(
      "clipure.batch.limit",
      Kind.GAUGE,
      "images",
      List.of(),
      "The largest batch, batching.max-batch."),
  DEVICE_BUSY(
      "clipure.device.busy",
      Kind.COUNTER,
      "seconds",
      List.of(),
      "Time of device workers in encoders. Its rate by clipure_device_workers: utilisation."),
  DEVICE_WORKERS(
      "clipure.device.workers",
      Kind.GAUGE,
      "workers",
      List.of("device", "state"),
      "Device workers: working, recovering (opens a new encoder), retired (until the next start)."),
  DEVICE_FAULTS(
      "clipure.device.faults",
      Kind.COUNTER,
      "faults",
      List.of("kind"),
      "hang: a call outlasted batching.device-deadline; replaced: an encoder opened anew; retired: a"
          + " worker given up; out_of_memory: a batch halved; retry: an image encoded again."),
  EXPIRED(
      "clipure.expired",
      Kind.COUNTER,
      "images",
      List.of(),
      "Images whose deadline passed before a device had time for them."),
  LAG(
      "clipure.lag",
      Kind.GAUGE,
      "images",
      List.of("graph", "topic", "partition"),
      "Events behind the end of the partition that are not committed, those in flight included: end"
          + " offset minus committed offset, read every 5 s. Each instance tells of its own"
          + " partitions: add the instances up."),
  BROKER_ANSWER_AGE(
      "clipure.broker.answer.age",
      Kind.GAUGE,
      "seconds",
      List.of(),
      "Time since the cluster last answered; asked every 5 s."),
  STREAM_THREADS(
      "clipure.stream.threads", Kind.GAUGE, "threads", List.of("graph"), "Stream threads alive."),
  LABEL_SET(
      "clipure.label.set.info",
      Kind.GAUGE,
      "",
      List.of("name", "digest"),
      "1 for the label set in force."),
  LABEL_SET_VERSION(
      "clipure.label.set.version",
      Kind.GAUGE,
      "",
      List.of(),
      "Its offset in the label-sets topic; -1: from the file."),
  LABEL_SET_UPDATES(
      "clipure.label.set.updates",
      Kind.COUNTER,
      "updates",
      List.of("result"),
      "Published label sets: accepted or refused."),
  MODEL(
      "clipure.model.info",
      Kind.GAUGE,
      "",
      List.of(
          "name", "digest", "calibration", "engine", "precision", "purifier", "views", "version"),
      "1; what verdicts are made with, and the application's version."),
  READY("clipure.ready", Kind.GAUGE, "", List.of(), "1 if /health/ready would answer 200, else 0."),
  CHECKS(
      "clipure.check",
      Kind.GAUGE,
      "",
      List.of("check"),
      "1 if this check of /health/ready is ok, else 0."),
  SHADOW_RUNNING(
      "clipure.shadow.running",
      Kind.GAUGE,
      "",
      List.of(),
      "1 while the shadow runs, 0 once it is off; absent without shadow.config."),
  SHADOW_VERDICTS(
      "clipure.shadow.verdicts",
      Kind.COUNTER,
      "images",
      List.of("decision"),
      "Verdicts of the shadow's candidate, which nobody acts on."),
  SHADOW_DEAD_LETTERS(
      "clipure.shadow.dead.letters",
      Kind.COUNTER,
      "events",
      List.of("reason"),
      "Dead letters of the shadow."),
  OBSERVER_FAILURES(
      "clipure.observer.failures",
      Kind.COUNTER,
      "calls",
      List.of(),
      "Failures of meters, console or traces themselves; images are not affected.");

  /** What it measures with. */
  public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  private final String meter;
  private final Kind kind;
  private final String unit;
  private final List<String> tags;
  private final String meaning;
  private final Duration[] buckets;

  OpsMeter(
      String meter,
      Kind kind,
      String unit,
      List<String> tags,
      String meaning,
      double... bucketSeconds) {
    this.meter = meter;
    this.kind = kind;
    this.unit = unit;
    this.tags = tags;
    this.meaning = meaning;
    this.buckets = new Duration[bucketSeconds.length];
    for (int i = 0; i < bucketSeconds.length; i++) {
      buckets[i] = Duration.ofNanos(Math.round(bucketSeconds[i] * 1e9));
    }
  }

  /** Micrometer's name. */
  public String meter() {
    return meter;
  }

  public Kind kind() {
    return kind;
  }

  /** What is counted; for Prometheus a suffix where it is a base unit. */
  public String unit() {
    return unit;
  }

  /** Names of its tags; every one is always there. */
  public List<String> tags() {
    return tags;
  }

  public String meaning() {
    return meaning;
  }

  /** Upper bounds of a histogram. */
  Duration[] buckets() {
    return buckets.clone();
  }

  /** The suffix of the name in Prometheus: base units only, counts are in the name already. */
  String baseUnit() {
    return unit.equals("seconds") || unit.equals("bytes") ? unit : null;
  }

  /** The name that a query uses; of a histogram, without _bucket, _sum or _count. */
  public String prometheusName() {
    String name = meter.replace('.', '_');
    if (baseUnit() != null) {
      name += "_" + baseUnit();
    }
    return kind == Kind.COUNTER ? name + "_total" : name;
  }

  /** The README's table. */
  public static String markdownTable() {
    StringBuilder table =
        new StringBuilder("| Metric | Type, unit | Tags | Meaning |\n|---|---|---|---|\n");
    for (OpsMeter one : values()) {
      table.append(
          "| `%s` | %s%s | %s | %s |\n"
              .formatted(
                  one.prometheusName(),
                  one.kind.name().toLowerCase(java.util.Locale.ROOT),
                  one.unit.isEmpty() ? "" : ", " + one.unit,
                  one.tags.stream().map(tag -> "`" + tag + "`").collect(Collectors.joining(" ")),
                  one.meaning));
    }
    return table.toString();
  }
}
