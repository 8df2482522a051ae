package io.clipure.stream.topology;

import io.clipure.schemas.LabelledImage;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Judges results anew. Whatever it throws becomes a dead letter.
 *
 * <p><b>Threading</b>: the stream thread.
 */
final class RescoreProcessor implements Processor<String, LabelledImage, String, LabelledImage> {
  private final Function<LabelledImage, Rescored> rescorer;
  private ProcessorContext<String, LabelledImage> context;
  private ResultGuard guard;

  RescoreProcessor(Function<LabelledImage, Rescored> rescorer) {
    this.rescorer = rescorer;
  }

  @Override
  public void init(ProcessorContext<String, LabelledImage> processorContext) {
    context = processorContext;
    guard = ResultGuard.configured(processorContext.appConfigs());
  }

  @Override
  public void process(Record<String, LabelledImage> record) {
    Rescored rescored = rescorer.apply(record.value());
    if (rescored instanceof Rescored.Unusable unusable) {
      throw new NotRescorableException(unusable.reason(), unusable.message());
    }
    LabelledImage result = ((Rescored.Judged) rescored).result();
    RecordMetadata at = context.recordMetadata().orElseThrow();
    String key = record.key() == null ? result.getId() : record.key();
    context.forward(
        guard.admit(
            record.withKey(key).withValue(result),
            new SourcePosition(at.topic(), at.partition(), at.offset())));
  }
}
