package io.clipure.stream.topology;

import io.clipure.schemas.RegistryFailures;
import io.clipure.stream.batching.Origin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dead-letters events that are no image events, but stops the thread when it is the schema registry
 * that fails: an hour without registry must not become an hour of dead letters.
 *
 * <p>Instantiated by Kafka Streams; see {@link StreamsSettings}. <b>Threading</b>: stream threads.
 */
public final class DeadLetterDeserializationHandler implements DeserializationExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterDeserializationHandler.class);

  private DeadLetters deadLetters;
  private SourceScope scope;

  /** For Kafka Streams. */
  public DeadLetterDeserializationHandler() {}

  @Override
  public void configure(Map<String, ?> configs) {
    deadLetters = DeadLetters.configured(configs);
    scope = SourceScope.configured(configs);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
    if (!scope.contains(record.topic(), record.partition(), record.offset())) {
      return Response.resume();
    }
    if (RegistryFailures.isOutage(exception)) {
      return Response.fail();
    }
    String message = message(exception);
    new Origin(
            record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8),
            record.topic(),
            record.partition(),
            record.offset())
        .enter();
    try {
      LOG.info("Dead letter {}: {}", ReasonCodes.UNDECODABLE_EVENT, message);
    } finally {
      Origin.leave();
    }
    return Response.resume(
        List.of(deadLetters.letter(context, ReasonCodes.UNDECODABLE_EVENT, message)));
  }

  /** What is said of bytes that are no event. */
  static String message(Exception exception) {
    Throwable root = exception;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root == exception ? exception.getMessage() : exception.getMessage() + ": " + root;
  }
}
