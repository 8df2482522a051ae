package io.clipure.stream.audit.diff;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.Timings;
import java.time.Instant;
import java.util.Collections;

/** What is counted of one run's records while they are read, doubles included. Not thread-safe. */
final class RunProfile {
  private static final String NONE = "none";

  private final ValueCounts provenance = new ValueCounts();
  private final MicrosHistogram load = new MicrosHistogram();
  private final MicrosHistogram queue = new MicrosHistogram();
  private final MicrosHistogram encode = new MicrosHistogram();
  private final MicrosHistogram encodeShare = new MicrosHistogram();
  private long labelled;
  private long deadLetters;
  private long unreadable;
  private long nameless;
  private long passes;
  private long batches;
  private Instant first = Instant.MAX;
  private Instant last = Instant.MIN;

  void labelled(LabelledImage image) {
    labelled++;
    provenance(image);
    Timings timings = image.getTimings();
    load.add(timings.getLoadMicros());
    queue.add(timings.getQueueMicros());
    encode.add(timings.getEncodeMicros());
    int batch = Math.max(1, timings.getBatchSize());
    encodeShare.add(timings.getEncodeMicros() / batch);
    batches += batch;
    // A record without encoder time was scored from a stored embedding.
    passes += timings.getEncodeMicros() > 0 ? 1 + image.getViews().size() : 0;
    Instant at = timings.getLabelledAt();
    first = at.isBefore(first) ? at : first;
    last = at.isAfter(last) ? at : last;
  }

  private void provenance(LabelledImage image) {
    Provenance from = image.getProvenance();
    provenance.count("model", from.getModelName() + " " + from.getModelDigest());
    provenance.count("label set", from.getLabelSetName() + " " + from.getLabelSetDigest());
    provenance.count("calibration", or(from.getCalibrationId()));
    provenance.count("purifier", image.getPurification().getMethod());
    provenance.count(
        "suspicion",
        image.getSuspicion().getRule()
            + " from "
            + Words.threshold(image.getSuspicion().getThreshold()));
    provenance.count("views", or(from.getViewPlan()));
    provenance.count("view key", or(from.getViewKeyId()));
    provenance.count("preprocessing", from.getPreprocessing());
    provenance.count("engine", from.getEngine());
    provenance.count("precision", from.getPrecision());
    provenance.count("device", from.getDevice());
    provenance.count("application", from.getApplicationVersion());
  }

  private static String or(String value) {
    return value == null ? NONE : value;
  }

  void deadLetter() {
    deadLetters++;
  }

  void unreadable() {
    unreadable++;
  }

  void nameless() {
    nameless++;
  }

  RunFacts facts(RunSource source) {
    return new RunFacts(
        source,
        labelled,
        deadLetters,
        unreadable,
        nameless,
        Collections.unmodifiableMap(provenance.all()),
        new RunFacts.Cost(
            load.figures(),
            queue.figures(),
            encode.figures(),
            encodeShare.figures(),
            labelled == 0 ? 0 : (double) batches / labelled,
            labelled == 0 ? 0 : (double) passes / labelled,
            labelled == 0 ? null : first.toString(),
            labelled == 0 ? null : last.toString()));
  }
}
