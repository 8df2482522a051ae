package io.clipure.stream.topology;

import io.clipure.schemas.RegistryFailures;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes note of records that the broker refuses for good, or that cannot be serialized, and fails
 * the task in every case: what it noted becomes a dead letter when the event is read again (see
 * {@link Refusals}). What is not the record's fault (timeouts, leaders, credentials, fencing, the
 * registry) is noted nowhere; the task fails and the event is tried again.
 *
 * <p>It never answers RETRY, as Kafka's own handler does for retriable errors: that throws {@code
 * TaskCorruptedException}, after which 4.3.1 was seen to lose records of asynchronous processors.
 *
 * <p>Instantiated by Kafka Streams; see {@link StreamsSettings}. <b>Threading</b>: stream threads
 * and the producers' I/O threads. The error handler context is not used: on an I/O thread it is
 * that of whichever event the stream thread is at.
 */
public final class DeadLetterProductionHandler implements ProductionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterProductionHandler.class);

  private String deadLetterTopic;
  private Refusals refusals;

  /** For Kafka Streams. */
  public DeadLetterProductionHandler() {}

  @Override
  public void configure(Map<String, ?> configs) {
    deadLetterTopic = DeadLetters.topic(configs);
    refusals = Refusals.configured(configs);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (isAboutTheRecord(exception)) {
      note(record, exception.toString());
    }
    return Response.fail();
  }

  @Override
  @SuppressWarnings("rawtypes") // as Kafka Streams declares it
  public Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception exception,
      SerializationExceptionOrigin origin) {
    if (!RegistryFailures.isOutage(exception) && !hasCause(exception, RestClientException.class)) {
      note((ProducerRecord<?, ?>) record, "it cannot be serialized: " + root(exception));
    }
    return Response.fail();
  }

  private void note(ProducerRecord<?, ?> record, String why) {
    Optional<SourcePosition> event = SourcePosition.of(record.headers());
    if (event.isEmpty()) {
      return;
    }
    if (record.topic().equals(deadLetterTopic)) {
      Refusals.Form form = DeadLetters.form(record.headers());
      refusals.deadLetterRefused(event.get(), form);
      LOG.warn(
          "The dead letter ({}) of the event at {} was refused: {}; the next one is smaller",
          form,
          event.get(),
          why);
    } else {
      refusals.resultRefused(event.get(), record.topic() + ": " + why);
      LOG.warn(
          "The result of the event at {} was refused by {}: {}; it becomes a dead letter when it is"
              + " read again",
          event.get(),
          record.topic(),
          why);
    }
  }

  private static boolean isAboutTheRecord(Exception exception) {
    return exception instanceof RecordTooLargeException
        || exception instanceof RecordBatchTooLargeException
        || exception instanceof InvalidTimestampException
        || exception instanceof InvalidRecordException;
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    Throwable at = failure;
    while (at != null && !type.isInstance(at)) {
      at = at.getCause() == at ? null : at.getCause();
    }
    return at != null;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }
}
