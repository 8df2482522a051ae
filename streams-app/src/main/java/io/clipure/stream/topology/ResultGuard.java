package io.clipure.stream.topology;

import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Lets a result pass that the broker will take, marked with the event it came from; any other
 * becomes a dead letter before anything of it is sent.
 *
 * <p><b>Threading</b>: the stream thread.
 */
final class ResultGuard {
  /** Everything in a result that neither the uploader nor the number of labels makes longer. */
  private static final int FIXED_BYTES = 16 << 10;

  private static final int SCORE_BYTES = 64;

  /** What is said of a view besides its embedding: transform, label, score, decision. */
  private static final int VIEW_BYTES = 512;

  private static final int MOST_UTF8_BYTES = 3;

  /** Magic byte and schema id, or what another format may put before the value. */
  private static final int WIRE_BYTES = 64;

  private final int maxBytes;
  private final Refusals refusals;

  ResultGuard(int maxBytes, Refusals refusals) {
    this.maxBytes = maxBytes;
    this.refusals = refusals;
  }

  /** With the limits and refusals of a Kafka Streams configuration. */
  static ResultGuard configured(Map<String, ?> configs) {
    return new ResultGuard(
        RecordLimits.configured(configs).resultBytes(), Refusals.configured(configs));
  }

  /**
   * Checks a result.
   *
   * @return the same with its event's position in the headers
   * @throws ImageRejectedException if the broker would refuse it, or has
   */
  Record<String, LabelledImage> admit(Record<String, LabelledImage> record, SourcePosition event) {
    Optional<String> refused = refusals.result(event);
    if (refused.isPresent()) {
      throw new ImageRejectedException(
          ReasonCodes.RESULT_REFUSED,
          "the result could not be written: %s; mend that, then requeue this event"
              .formatted(refused.get()));
    }
    Headers headers = new RecordHeaders();
    DeadLetters.originalHeaders(record.headers()).forEach(headers::add);
    DeadLetters.copyTrace(record.headers(), headers);
    event.writeTo(headers);
    long around = RecordLimits.sizeOf(utf8Bound(record.key()), 0, headers);
    if (around + bound(record.value()) > maxBytes) {
      checkExactly(around, record.value());
    }
    return record.withHeaders(headers);
  }

  private void checkExactly(long around, LabelledImage value) {
    long size = around + WIRE_BYTES + encodedBytes(value);
    if (size > maxBytes) {
      throw new ImageRejectedException(
          ReasonCodes.RESULT_REFUSED,
          ("the result is up to %d bytes, the limit is %d (the smallest max.message.bytes of the"
                  + " result topics, or the producer's max.request.size); key, headers and"
                  + " attributes of an event are copied into its result: shorten them, or raise"
                  + " the limits and requeue this event")
              .formatted(size, maxBytes));
    }
  }

  /** More than the value's bytes, without encoding it. */
  private static long bound(LabelledImage value) {
    long bytes = FIXED_BYTES + utf8Bound(value.getId()) + utf8Bound(value.getSource());
    for (Map.Entry<String, String> attribute : value.getAttributes().entrySet()) {
      bytes += 20 + utf8Bound(attribute.getKey()) + utf8Bound(attribute.getValue());
    }
    for (LabelScore score : value.getScores()) {
      bytes += SCORE_BYTES + utf8Bound(score.getLabel()) + utf8Bound(score.getGroup());
    }
    for (ByteBuffer view : value.getViewEmbeddings()) {
      bytes += VIEW_BYTES + view.remaining();
    }
    return bytes + (value.getEmbedding() == null ? 0 : value.getEmbedding().remaining());
  }

  private static long utf8Bound(String text) {
    return text == null ? 0 : (long) MOST_UTF8_BYTES * text.length();
  }

  private static long encodedBytes(LabelledImage value) {
    Counter counter = new Counter();
    try {
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(counter, null);
      new SpecificDatumWriter<>(LabelledImage.class).write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counter.bytes;
  }

  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      bytes += length;
    }
  }
}
