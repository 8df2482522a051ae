package io.clipure.stream.topology;

import io.clipure.schemas.RegistryFailures;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Reads values in a node of the graph instead of in its source. A source of Kafka Streams 4.3.1
 * reads one record ahead of the one it hands out; if that one cannot be read, a commit at this
 * moment keeps its dead letter, but not its offset (RecordQueue.updateHead,
 * StreamTask.findOffsetAndMetadata), and whoever reads on from there writes the letter again. What
 * a node throws belongs to the record in hand.
 *
 * <p><b>Threading</b>: the stream thread.
 */
final class DecodeProcessor<V> implements Processor<String, byte[], String, V> {
  private final Deserializer<V> values;
  private ProcessorContext<String, V> context;

  /**
   * Creates the processor.
   *
   * @param values format of the values; gets null for a record without
   */
  DecodeProcessor(Deserializer<V> values) {
    this.values = values;
  }

  @Override
  public void init(ProcessorContext<String, V> processorContext) {
    context = processorContext;
  }

  @Override
  public void process(Record<String, byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    context.forward(record.withValue(read(values, at.topic(), record)));
  }

  /**
   * Reads one value.
   *
   * @throws ImageRejectedException if it is no such value
   * @throws KafkaException if the registry cannot be asked: that is not the event's fault
   */
  static <V> V read(Deserializer<V> values, String topic, Record<String, byte[]> record) {
    try {
      return record.value() == null
          ? null
          : values.deserialize(topic, record.headers(), record.value());
    } catch (RuntimeException e) {
      if (RegistryFailures.isOutage(e)) {
        throw e instanceof KafkaException known
            ? known
            : new SerializationException("the schema registry cannot be asked", e);
      }
      throw new ImageRejectedException(ReasonCodes.UNDECODABLE_EVENT, message(e));
    }
  }

  /** What is said of bytes that are no event. */
  private static String message(Exception exception) {
    Throwable root = exception;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root == exception ? exception.getMessage() : exception.getMessage() + ": " + root;
  }
}
