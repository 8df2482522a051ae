package io.clipure.stream.topology;

import io.clipure.stream.batching.Origin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dead-letters what the nodes throw that decode, sample, unwrap and rescore (KIP-1033, KIP-1034)
 * and lets everything else stop the thread: elsewhere the record context is not the failed event's,
 * or a result is already sent, and Kafka's own exceptions say that something other than the event
 * is broken.
 *
 * <p>Instantiated by Kafka Streams; see {@link StreamsSettings}. <b>Threading</b>: stream threads.
 */
public final class DeadLetterProcessingHandler implements ProcessingExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterProcessingHandler.class);

  /** Nodes that see one event and have sent nothing of it yet. */
  private static final Set<String> NODES =
      Set.of(
          ModerationTopology.DECODE,
          ModerationTopology.SAMPLE,
          ModerationTopology.UNWRAP,
          RescoreTopology.RESCORE);

  private DeadLetters deadLetters;

  /** For Kafka Streams. */
  public DeadLetterProcessingHandler() {}

  @Override
  public void configure(Map<String, ?> configs) {
    deadLetters = DeadLetters.configured(configs);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
    if (!NODES.contains(context.processorNodeId()) || exception instanceof KafkaException) {
      return Response.fail();
    }
    if (exception instanceof NotRescorableException skipped) {
      // There may be as many as there are results, and each still stands where it was read.
      return Response.resume(
          List.of(deadLetters.letterWithoutValue(context, skipped.reason(), skipped.getMessage())));
    }
    if (exception instanceof ImageRejectedException rejected) {
      return resume(context, rejected.readAtNanos(), rejected.reason(), rejected.getMessage());
    }
    LOG.error(
        "Event at {}-{} offset {} set off a bug and becomes a dead letter",
        context.topic(),
        context.partition(),
        context.offset(),
        exception);
    return resume(context, OptionalLong.empty(), ReasonCodes.INTERNAL_ERROR, exception.toString());
  }

  /** The event is named by keys of the line; behind unwrap the thread's lines carry them anyway. */
  private Response resume(
      ErrorHandlerContext context, OptionalLong readAtNanos, String reason, String message) {
    boolean named = context.processorNodeId().equals(ModerationTopology.UNWRAP);
    if (!named) {
      origin(context).enter();
    }
    try {
      LOG.info("Dead letter {}: {}", reason, message);
    } finally {
      if (!named) {
        Origin.leave();
      }
    }
    return Response.resume(List.of(deadLetters.letter(context, readAtNanos, reason, message)));
  }

  private static Origin origin(ErrorHandlerContext context) {
    byte[] key = context.sourceRawKey();
    return new Origin(
        key == null ? null : new String(key, StandardCharsets.UTF_8),
        context.topic(),
        context.partition(),
        context.offset());
  }
}
