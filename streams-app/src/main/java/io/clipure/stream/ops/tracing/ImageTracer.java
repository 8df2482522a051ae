package io.clipure.stream.ops.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;

/**
 * Makes the spans of an image when it has ended:
 *
 * <pre>
 *  the publisher's span
 *   └─ process images ............ from taking the event up to handing the result on
 *       ├─ load .................. fetch, header, decode, views, and waiting for room to do so
 *       ├─ queue ................. waiting for a batch
 *       ├─ encode ................ the batch in the encoder  ←─ links ─→  encode batch
 *       ├─ hold .................. waiting for the results before it in its partition
 *       ├─ judge
 *       └─ send images.labelled    its context goes into the headers of the result
 * </pre>
 *
 * <p>A dead letter has {@code process} and {@code send} alone, with the reason as error. The queue
 * of spans to be sent is bounded; what does not fit is dropped, and a collector that fails or is
 * away costs the log a line now and then.
 *
 * <p><b>Threading</b>: thread-safe; sending is done by a thread of the library.
 */
public final class ImageTracer implements AutoCloseable {
  /** Most bytes that tracing adds to the headers of a record. */
  public static final int HEADER_BYTES = HeaderText.MOST_BYTES;

  private static final int QUEUE_SPANS = 4_096;
  private static final int LONGEST_ATTRIBUTE = 256;
  private static final Duration SEND_EVERY = Duration.ofSeconds(1);
  private static final Duration SEND_LIMIT = Duration.ofSeconds(10);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("messaging.operation.type");
  private static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
  private static final AttributeKey<String> EVENT = AttributeKey.stringKey("clipure.event");
  private static final AttributeKey<String> GRAPH = AttributeKey.stringKey("clipure.graph");
  private static final AttributeKey<String> DECISION = AttributeKey.stringKey("clipure.decision");
  private static final AttributeKey<String> LABEL = AttributeKey.stringKey("clipure.label");
  private static final AttributeKey<java.util.List<String>> FLAGS =
      AttributeKey.stringArrayKey("clipure.flags");
  private static final AttributeKey<Double> BUSY = AttributeKey.doubleKey("clipure.load.busy_ms");
  private static final AttributeKey<Long> BATCH = AttributeKey.longKey("clipure.batch.size");
  private static final AttributeKey<String> DEVICE = AttributeKey.stringKey("clipure.device");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final BatchSpans batches;

  private ImageTracer(SdkTracerProvider provider) {
    this.provider = provider;
    this.tracer = provider.get("io.clipure.stream");
    this.batches = new BatchSpans(tracer);
  }

  /** Opens the way to a collector; whether it is there shows later, in the log. */
  public static ImageTracer open(TraceSettings settings) {
    OtlpHttpSpanExporter exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(settings.tracesUrl())
            .setTimeout(SEND_LIMIT)
            .build();
    return new ImageTracer(
        SdkTracerProvider.builder()
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.create(
                            Attributes.of(
                                AttributeKey.stringKey("service.name"),
                                settings.serviceName(),
                                AttributeKey.stringKey("service.version"),
                                settings.serviceVersion()))))
            .setSampler(new ImageSampler(settings.sampleRatio()))
            .setSpanLimits(
                SpanLimits.builder().setMaxAttributeValueLength(LONGEST_ATTRIBUTE).build())
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter)
                    .setMaxQueueSize(QUEUE_SPANS)
                    .setScheduleDelay(SEND_EVERY)
                    .setExporterTimeout(SEND_LIMIT)
                    .build())
            .build());
  }

  /** From {@link System#nanoTime} to nanoseconds since 1970, as of one moment. */
  private record Clock(long nanos, long epochNanos) {
    static Clock now() {
      Instant now = Instant.now();
      return new Clock(
          System.nanoTime(), TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
    }

    long epoch(long at) {
      return epochNanos - (nanos - at);
    }
  }

  /**
   * An image has its verdict.
   *
   * @param event headers of the event; not modified
   * @param result headers of the result, which take the context on
   */
  public void labelled(ImageStages stages, Headers event, Headers result) {
    Clock clock = Clock.now();
    Span image = process(stages.origin(), event, clock.epoch(stages.readAt()));
    Context context = Context.root().with(image);
    if (!image.isRecording()) {
      HeaderText.inject(context, result);
      return;
    }
    image
        .setAttribute(DECISION, stages.decision())
        .setAttribute(LABEL, stages.decidedBy())
        .setAttribute(FLAGS, stages.flags());
    long ready = stages.encodingAt() - stages.queueNanos();
    long encoded = stages.encodingAt() + stages.encodeNanos();
    long judging = clock.nanos() - stages.judgeNanos();
    stage(
        tracer.spanBuilder("load").setAttribute(BUSY, stages.loadNanos() / 1e6),
        context,
        clock.epoch(stages.readAt()),
        clock.epoch(ready));
    stage(
        tracer.spanBuilder("queue"), context, clock.epoch(ready), clock.epoch(stages.encodingAt()));
    SpanContext batch = batches.of(stages, clock.epoch(stages.encodingAt()));
    SpanContext encoding =
        stage(
            tracer
                .spanBuilder("encode")
                .addLink(batch)
                .setAttribute(BATCH, (long) stages.batchSize())
                .setAttribute(DEVICE, stages.device()),
            context,
            clock.epoch(stages.encodingAt()),
            clock.epoch(encoded));
    batches.ended(stages, encoding);
    stage(tracer.spanBuilder("hold"), context, clock.epoch(encoded), clock.epoch(judging));
    stage(tracer.spanBuilder("judge"), context, clock.epoch(judging), clock.epochNanos());
    send(stages.to(), context, clock.epochNanos(), result);
    image.end(clock.epochNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * An event becomes a dead letter.
   *
   * @param to topic of the letter
   * @param readAt when the event was taken up, {@link System#nanoTime}; empty: just now
   * @param reason code
   * @param message one line
   * @param event headers of the event; not modified
   * @param letter headers of the letter, which take the context on
   */
  public void deadLettered(
      EventOrigin origin,
      String to,
      OptionalLong readAt,
      String reason,
      String message,
      Headers event,
      Headers letter) {
    Clock clock = Clock.now();
    long now = clock.epochNanos();
    Span image = process(origin, event, readAt.isPresent() ? clock.epoch(readAt.getAsLong()) : now);
    Context context = Context.root().with(image);
    if (!image.isRecording()) {
      HeaderText.inject(context, letter);
      return;
    }
    image.setAttribute(ERROR, reason).setStatus(StatusCode.ERROR, reason + ": " + message);
    send(to, context, now, letter);
    image.end(now, TimeUnit.NANOSECONDS);
  }

  private Span process(EventOrigin origin, Headers event, long startEpochNanos) {
    return tracer
        .spanBuilder("process " + origin.topic())
        .setParent(HeaderText.extract(event))
        .setSpanKind(SpanKind.CONSUMER)
        .setStartTimestamp(startEpochNanos, TimeUnit.NANOSECONDS)
        .setAttribute(SYSTEM, "kafka")
        .setAttribute(OPERATION, "process")
        .setAttribute(DESTINATION, origin.topic())
        .setAttribute(PARTITION, Integer.toString(origin.partition()))
        .setAttribute(OFFSET, origin.offset())
        .setAttribute(EVENT, origin.event())
        .setAttribute(GRAPH, origin.graph())
        .startSpan();
  }

  private void send(String topic, Context parent, long now, Headers headers) {
    Span send =
        tracer
            .spanBuilder("send " + topic)
            .setParent(parent)
            .setSpanKind(SpanKind.PRODUCER)
            .setStartTimestamp(now, TimeUnit.NANOSECONDS)
            .setAttribute(SYSTEM, "kafka")
            .setAttribute(OPERATION, "send")
            .setAttribute(DESTINATION, topic)
            .startSpan();
    HeaderText.inject(parent.with(send), headers);
    send.end(now, TimeUnit.NANOSECONDS);
  }

  private static SpanContext stage(SpanBuilder builder, Context parent, long from, long to) {
    Span span = builder.setParent(parent).setStartTimestamp(from, TimeUnit.NANOSECONDS).startSpan();
    span.end(Math.max(from, to), TimeUnit.NANOSECONDS);
    return span.getSpanContext();
  }

  /** Sends what is left, for a few seconds at most. */
  @Override
  public void close() {
    batches.close();
    provider.shutdown().join(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
