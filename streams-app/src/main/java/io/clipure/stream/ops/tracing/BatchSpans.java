package io.clipure.stream.ops.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A span for each batch, in a trace of its own: it belongs to all of its images and to none. The
 * spans of its images link to it and it links to them. Images of a batch end at different moments,
 * so the span is kept open until all of them have, or for a while.
 *
 * <p><b>Threading</b>: thread-safe; the lock is held for microseconds.
 */
final class BatchSpans implements AutoCloseable {
  /** Name of the span; the sampler records every one, see {@link ImageTracer}. */
  static final String NAME = "encode batch";

  private static final AttributeKey<Long> SIZE = AttributeKey.longKey("clipure.batch.size");
  private static final AttributeKey<String> DEVICE = AttributeKey.stringKey("clipure.device");
  private static final int MOST_OPEN = 64;
  private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

  private final Tracer tracer;
  private final Map<Key, Open> open = new LinkedHashMap<>();

  /** Two batches of one device do not begin in the same nanosecond. */
  private record Key(String device, long encodingAt) {}

  private static final class Open {
    final Span span;
    final long endEpochNanos;
    final long since;
    int missing;

    Open(Span span, long endEpochNanos, long since, int missing) {
      this.span = span;
      this.endEpochNanos = endEpochNanos;
      this.since = since;
      this.missing = missing;
    }

    void end() {
      span.end(endEpochNanos, TimeUnit.NANOSECONDS);
    }
  }

  BatchSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  /** The span of an image's batch. */
  synchronized SpanContext of(ImageStages stages, long startEpochNanos) {
    long now = System.nanoTime();
    endOld(now);
    return open.computeIfAbsent(
            new Key(stages.device(), stages.encodingAt()),
            key ->
                new Open(
                    tracer
                        .spanBuilder(NAME)
                        .setNoParent()
                        .setStartTimestamp(startEpochNanos, TimeUnit.NANOSECONDS)
                        .setAttribute(SIZE, (long) stages.batchSize())
                        .setAttribute(DEVICE, stages.device())
                        .startSpan(),
                    startEpochNanos + stages.encodeNanos(),
                    now,
                    stages.batchSize()))
        .span
        .getSpanContext();
  }

  /** One of its images has ended. */
  synchronized void ended(ImageStages stages, SpanContext encoding) {
    Key key = new Key(stages.device(), stages.encodingAt());
    Open batch = open.get(key);
    if (batch != null) {
      batch.span.addLink(encoding);
      batch.missing--;
      if (batch.missing <= 0) {
        open.remove(key);
        batch.end();
      }
    }
  }

  private void endOld(long now) {
    Iterator<Open> oldest = open.values().iterator();
    while (oldest.hasNext()) {
      Open batch = oldest.next();
      if (open.size() < MOST_OPEN && now - batch.since < PATIENCE) {
        return;
      }
      oldest.remove();
      batch.end();
    }
  }

  @Override
  public synchronized void close() {
    open.values().forEach(Open::end);
    open.clear();
  }
}
