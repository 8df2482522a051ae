package io.clipure.stream.topology;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Lets only records of the configured {@link SourceScope} pass, at most as fast as it is told.
 *
 * <p><b>Threading</b>: the stream thread, which a pace holds up.
 */
final class ScopeProcessor implements Processor<String, byte[], String, byte[]> {
  private final Runnable pace;
  private ProcessorContext<String, byte[]> context;
  private SourceScope scope;

  /**
   * Creates the processor.
   *
   * @param pace run before each record that passes; may wait, but never longer than a fraction of
   *     {@code max.poll.interval.ms}
   */
  ScopeProcessor(Runnable pace) {
    this.pace = pace;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> processorContext) {
    context = processorContext;
    scope = SourceScope.configured(processorContext.appConfigs());
  }

  @Override
  public void process(Record<String, byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    if (scope.contains(at.topic(), at.partition(), at.offset())) {
      pace.run();
      context.forward(record);
    }
  }
}
