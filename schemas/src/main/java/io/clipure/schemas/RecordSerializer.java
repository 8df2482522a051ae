package io.clipure.schemas;

import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Narrows Confluent's serializer, which takes any object, to one record type.
 *
 * <p>Confluent's looks the schema up by its hash for every record and writes byte by byte into a
 * growing stream; for a result of a few kilobytes that costs as much as judging. Where the schema
 * is this build's ({@code direct}), the id it found for a topic's first record is that of all
 * others, as it is in Confluent's own cache; so those bytes are kept and only Avro's part is
 * written anew, by Avro's buffered encoder. The bytes are the same.
 *
 * <p>Threading: thread-safe, as Kafka Streams needs it: a sink has one serializer for all threads.
 */
final class RecordSerializer<T extends SpecificRecord> implements Serializer<T> {
  /** Magic byte and schema id. */
  private static final int PREFIX = 5;

  /** A result's size, without and with views. */
  private static final int INITIAL = 8 * 1024;

  /** A larger record's buffer is not kept. */
  private static final int KEPT = 64 * 1024;

  /** Topics remembered; a serializer of ours writes to three. */
  private static final int TOPICS = 64;

  private final KafkaAvroSerializer delegate;
  private final Schema schema;
  private final DatumWriter<T> writer;
  private final boolean direct;
  private final Map<String, byte[]> prefixes = new ConcurrentHashMap<>();
  private final AtomicReference<Scratch> spare = new AtomicReference<>();

  /** What one call at a time writes into; the encoder has a buffer of its own before the bytes. */
  private record Scratch(ByteArrayOutputStream bytes, BinaryEncoder encoder) {
    static Scratch create() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(INITIAL);
      return new Scratch(bytes, EncoderFactory.get().binaryEncoder(bytes, null));
    }
  }

  /**
   * Creates the serializer.
   *
   * @param direct whether the delegate writes every record by the schema of this build, and nothing
   *     but that
   */
  RecordSerializer(Class<T> type, KafkaAvroSerializer delegate, boolean direct) {
    this.delegate = delegate;
    SpecificData data = SpecificData.getForClass(type);
    this.schema = data.getSchema(type);
    @SuppressWarnings("unchecked")
    DatumWriter<T> typed = (DatumWriter<T>) data.createDatumWriter(schema);
    this.writer = typed;
    this.direct = direct;
  }

  @Override
  public byte[] serialize(String topic, T data) {
    byte[] prefix = prefix(topic, data);
    return prefix == null
        ? remember(topic, data, delegate.serialize(topic, data))
        : write(prefix, data);
  }

  @Override
  public byte[] serialize(String topic, Headers headers, T data) {
    byte[] prefix = prefix(topic, data);
    return prefix == null
        ? remember(topic, data, delegate.serialize(topic, headers, data))
        : write(prefix, data);
  }

  @Override
  public void close() {
    delegate.close();
  }

  private byte[] prefix(String topic, T data) {
    return direct && data != null && data.getSchema() == schema ? prefixes.get(topic) : null;
  }

  private byte[] remember(String topic, T data, byte[] written) {
    if (direct && data != null && data.getSchema() == schema && prefixes.size() < TOPICS) {
      prefixes.put(topic, Arrays.copyOf(written, PREFIX));
    }
    return written;
  }

  private byte[] write(byte[] prefix, T data) {
    Scratch taken = spare.getAndSet(null);
    Scratch scratch = taken == null ? Scratch.create() : taken;
    ByteArrayOutputStream bytes = scratch.bytes();
    bytes.reset();
    bytes.write(prefix, 0, PREFIX);
    try {
      writer.write(data, scratch.encoder());
      scratch.encoder().flush();
    } catch (IOException | RuntimeException e) {
      // As Confluent's: what cannot be written is a record's fault, for example a null it may not
      // hold. The scratch holds half a record and is not used again.
      throw new SerializationException("Error serializing Avro message", e);
    }
    byte[] written = bytes.toByteArray();
    if (written.length <= KEPT) {
      spare.set(scratch);
    }
    return written;
  }
}
