package io.clipure.stream.topology;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dead-letters what the unwrap node throws (KIP-1033, KIP-1034) and lets everything else stop the
 * thread: elsewhere the record context is not the failed event's, or a result is already sent, and
 * Kafka's own exceptions say that something other than the event is broken.
 *
 * <p>Instantiated by Kafka Streams; see {@link StreamsSettings}. <b>Threading</b>: stream threads.
 */
public final class DeadLetterProcessingHandler implements ProcessingExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterProcessingHandler.class);

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
    if (!ModerationTopology.UNWRAP.equals(context.processorNodeId())
        || exception instanceof KafkaException) {
      return Response.fail();
    }
    if (exception instanceof ImageRejectedException rejected) {
      return resume(context, rejected.reason(), rejected.getMessage());
    }
    LOG.error(
        "Event at {}-{} offset {} set off a bug and becomes a dead letter",
        context.topic(),
        context.partition(),
        context.offset(),
        exception);
    return resume(context, ReasonCodes.INTERNAL_ERROR, exception.toString());
  }

  private Response resume(ErrorHandlerContext context, String reason, String message) {
    return Response.resume(List.of(deadLetters.letter(context, reason, message)));
  }
}
