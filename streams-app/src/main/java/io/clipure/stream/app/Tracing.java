package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Timings;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.TopicsConfig;
import io.clipure.stream.ops.tracing.EventOrigin;
import io.clipure.stream.ops.tracing.ImageStages;
import io.clipure.stream.ops.tracing.ImageTracer;
import io.clipure.stream.ops.tracing.TraceSettings;
import io.clipure.stream.topology.DeadLettered;
import io.clipure.stream.topology.Graph;
import io.clipure.stream.topology.LabelledEvent;
import io.clipure.stream.topology.Listeners;
import io.clipure.stream.topology.ModerationListener;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Traces of images, or none: what the configuration says is chosen once, at the start. Without
 * tracing the graph has {@link ModerationListener#NONE}, which it never calls, and no class of
 * OpenTelemetry is loaded.
 */
final class Tracing implements AutoCloseable {
  private final ModerationListener listener;
  private final AutoCloseable tracer;

  private Tracing(ModerationListener listener, AutoCloseable tracer) {
    this.listener = listener;
    this.tracer = tracer;
  }

  /** Opens what is configured. */
  static Tracing of(AppConfig config) {
    if (!config.tracing().enabled()) {
      return new Tracing(ModerationListener.NONE, () -> {});
    }
    ImageTracer tracer =
        ImageTracer.open(
            new TraceSettings(
                config.tracing().endpoint(),
                config.tracing().sampleRatio(),
                config.tracing().serviceName(),
                Version.application()));
    return new Tracing(new Listener(tracer, config.topics()), tracer);
  }

  /** What is to be told of every event. */
  ModerationListener listener() {
    return listener;
  }

  /** Another listener, and traces after it where there are any. */
  ModerationListener beside(ModerationListener other) {
    return listener == ModerationListener.NONE ? other : new Listeners(List.of(other, listener));
  }

  /** Sends what is left; after Kafka Streams has ended. */
  @Override
  public void close() {
    try {
      tracer.close();
    } catch (Exception e) {
      throw new IllegalStateException("tracing could not be closed", e);
    }
  }

  /** From what the graph tells to what the tracer takes. */
  private record Listener(ImageTracer tracer, TopicsConfig topics) implements ModerationListener {
    @Override
    public int headerBytes() {
      return ImageTracer.HEADER_BYTES;
    }

    @Override
    public void labelled(LabelledEvent event) {
      LabelledImage result = event.result();
      Timings timings = result.getTimings();
      tracer.labelled(
          new ImageStages(
              new EventOrigin(
                  result.getId(),
                  result.getOrigin().getTopic(),
                  result.getOrigin().getPartition(),
                  result.getOrigin().getOffset(),
                  name(event.graph())),
              event.graph() == Graph.SHADOW ? topics.shadow() : topics.labelled(),
              event.readAtNanos(),
              TimeUnit.MICROSECONDS.toNanos(timings.getLoadMicros()),
              TimeUnit.MICROSECONDS.toNanos(timings.getQueueMicros()),
              event.encodingAtNanos(),
              TimeUnit.MICROSECONDS.toNanos(timings.getEncodeMicros()),
              timings.getBatchSize(),
              result.getProvenance().getDevice(),
              event.judgeNanos(),
              result.getDecision().name(),
              result.getDecidedBy(),
              result.getFlags().stream().map(flag -> flag.getKind().name()).toList()),
          event.eventHeaders(),
          event.resultHeaders());
    }

    @Override
    public void deadLettered(DeadLettered event) {
      tracer.deadLettered(
          new EventOrigin(
              event.key().orElse(""),
              event.topic(),
              event.partition(),
              event.offset(),
              name(event.graph())),
          event.graph() == Graph.SHADOW ? topics.shadowDeadLetter() : topics.deadLetter(),
          event.readAtNanos(),
          event.reason(),
          event.message(),
          event.eventHeaders(),
          event.letterHeaders());
    }

    private static String name(Graph graph) {
      return graph.name().toLowerCase(Locale.ROOT);
    }
  }
}
