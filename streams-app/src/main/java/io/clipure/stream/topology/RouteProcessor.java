package io.clipure.stream.topology;

import io.clipure.schemas.FlagKind;
import io.clipure.schemas.LabelledImage;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Sends every verdict to the labelled topic, flagged ones to their review topics as well. */
final class RouteProcessor implements Processor<String, LabelledImage, String, LabelledImage> {
  private ProcessorContext<String, LabelledImage> context;

  @Override
  public void init(ProcessorContext<String, LabelledImage> processorContext) {
    context = processorContext;
  }

  @Override
  public void process(Record<String, LabelledImage> record) {
    context.forward(record, ModerationTopology.LABELLED_SINK);
    if (flagged(record.value(), FlagKind.LOW_CONFIDENCE)) {
      context.forward(record, ModerationTopology.LOW_CONFIDENCE_SINK);
    }
    if (flagged(record.value(), FlagKind.SUSPECTED_ADVERSARIAL)) {
      context.forward(record, ModerationTopology.ADVERSARIAL_SINK);
    }
  }

  private static boolean flagged(LabelledImage image, FlagKind kind) {
    return image.getFlags().stream().anyMatch(flag -> flag.getKind() == kind);
  }
}
