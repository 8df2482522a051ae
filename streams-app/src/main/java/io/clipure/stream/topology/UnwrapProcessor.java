package io.clipure.stream.topology;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.batching.Lane;
import io.clipure.stream.batching.Outcome;
import io.clipure.stream.image.RejectionReason;
import io.clipure.stream.policy.Verdict;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns outcomes into verdicts or exceptions. It is a node of its own so that whatever it throws
 * becomes a dead letter under the event's own record context, also inside a commit. The judge runs
 * here, with the label set in force when the result is forwarded.
 *
 * <p><b>Threading</b>: the stream thread.
 */
final class UnwrapProcessor implements Processor<String, Classified, String, LabelledImage> {
  private static final Logger LOG = LoggerFactory.getLogger(UnwrapProcessor.class);

  private final LabelSetHolder labelSets;
  private final int imageSize;
  private final ModerationListener listener;
  private final VerdictRecords records;
  private final Graph graph;
  private final Function<ImageEvent, Lane> lanes;
  private ProcessorContext<String, LabelledImage> context;
  private ResultGuard guard;

  UnwrapProcessor(
      ModerationDeps deps, VerdictRecords records, Graph graph, Function<ImageEvent, Lane> lanes) {
    this.labelSets = deps.labelSets();
    this.imageSize = deps.model().imageSize();
    this.listener = deps.listener();
    this.records = records;
    this.graph = graph;
    this.lanes = lanes;
  }

  @Override
  public void init(ProcessorContext<String, LabelledImage> processorContext) {
    context = processorContext;
    guard = ResultGuard.configured(processorContext.appConfigs());
  }

  @Override
  public void process(Record<String, Classified> record) {
    try {
      context.forward(result(record));
    } catch (ImageRejectedException e) {
      throw e.readAt(record.value().readAtNanos());
    }
  }

  private Record<String, LabelledImage> result(Record<String, Classified> record) {
    Classified classified = record.value();
    Outcome.Encoded<Loading> encoded = encoded(classified.outcome());
    Loading.Accepted loading = (Loading.Accepted) encoded.detail();
    RecordMetadata origin = context.recordMetadata().orElseThrow();
    LabelSetHolder.Active labelSet = labelSets.current();
    long judging = System.nanoTime();
    Verdict verdict = labelSet.judge().judge(encoded.embeddings());
    long judged = System.nanoTime();
    LabelledImage labelled =
        records.labelled(classified.event(), origin, loading, encoded, verdict, labelSet.version());
    String key = record.key() == null ? labelled.getId() : record.key();
    Record<String, LabelledImage> admitted =
        guard.admit(
            record.withKey(key).withValue(labelled),
            new SourcePosition(origin.topic(), origin.partition(), origin.offset()));
    if (listener != ModerationListener.NONE) {
      tell(record, admitted, verdict, loading, encoded, judged - judging);
    }
    if (LOG.isDebugEnabled()) {
      LOG.debug("{} by {}", verdict.decision(), verdict.decidedBy());
    }
    return admitted;
  }

  private void tell(
      Record<String, Classified> record,
      Record<String, LabelledImage> result,
      Verdict verdict,
      Loading.Accepted loading,
      Outcome.Encoded<Loading> encoded,
      long judgeNanos) {
    ImageEvent event = record.value().event();
    listener.labelled(
        new LabelledEvent(
            result.value(),
            verdict,
            graph,
            lanes.apply(event),
            event.getUploadedAt() == null
                ? Instant.ofEpochMilli(record.timestamp())
                : event.getUploadedAt(),
            record.value().readAtNanos(),
            encoded.encodingAtNanos(),
            judgeNanos,
            record.headers(),
            result.headers(),
            Optional.ofNullable(loading.pixels()).map(rgb -> new Seen(imageSize, rgb))));
  }

  private static Outcome.Encoded<Loading> encoded(Outcome<Loading> outcome) {
    if (outcome instanceof Outcome.Encoded<Loading> encoded) {
      return encoded;
    }
    if (outcome instanceof Outcome.Settled<Loading> settled
        && settled.detail() instanceof Loading.Refused refused) {
      throw new ImageRejectedException(refused.reason(), refused.message());
    }
    if (outcome instanceof Outcome.Failed<Loading> failed) {
      throw new ImageRejectedException(
          switch (failed.stage()) {
            case ENCODE -> ReasonCodes.ENCODER_FAILED;
            case MEMORY -> RejectionReason.TOO_MUCH_MEMORY.name();
            case LOAD -> ReasonCodes.INTERNAL_ERROR;
          },
          failed.message());
    }
    if (outcome instanceof Outcome.Expired<Loading>) {
      throw new ImageRejectedException(
          ReasonCodes.DEADLINE_EXPIRED, "the deadline passed before the image was classified");
    }
    throw new IllegalStateException("no verdict can follow from " + outcome);
  }
}
