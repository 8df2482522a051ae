package io.clipure.stream.topology;

import io.clipure.schemas.ImageEvent;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Lets a sample of the events pass and takes only those apart: of a large topic little is wanted,
 * and the rest should cost next to nothing. An event is chosen by its id, which is its key; only
 * one without a key is read for its id, and dropped where it cannot be read.
 *
 * <p><b>Threading</b>: the stream thread.
 */
final class SampleProcessor implements Processor<String, byte[], String, ImageEvent> {
  private final Predicate<String> sample;
  private final Deserializer<ImageEvent> events;
  private ProcessorContext<String, ImageEvent> context;

  /**
   * Creates the processor.
   *
   * @param sample whether an id is chosen; asked on the stream thread alone
   * @param events format of the values
   */
  SampleProcessor(Predicate<String> sample, Deserializer<ImageEvent> events) {
    this.sample = sample;
    this.events = events;
  }

  @Override
  public void init(ProcessorContext<String, ImageEvent> processorContext) {
    context = processorContext;
  }

  @Override
  public void process(Record<String, byte[]> record) {
    if (record.key() == null) {
      ImageEvent event = read(record);
      if (event != null && sample.test(event.getId())) {
        context.forward(record.withValue(event));
      }
    } else if (sample.test(record.key())) {
      ImageEvent event = read(record);
      context.forward(record.withValue(event));
    }
  }

  /** Null for a record without value, and for one without key that cannot be read. */
  private ImageEvent read(Record<String, byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    try {
      return DecodeProcessor.read(events, at.topic(), record);
    } catch (ImageRejectedException e) {
      if (record.key() == null) {
        return null;
      }
      throw e;
    }
  }
}
