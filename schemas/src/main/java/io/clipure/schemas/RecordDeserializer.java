package io.clipure.schemas;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Narrows Confluent's deserializer to one record type and refuses every other in one line.
 *
 * <p>Confluent's asks several caches for every record. Once it has read a record of a schema id,
 * and the schema is Avro without rules, records of that id are read here by Avro's reader, the same
 * that it uses.
 *
 * <p>Threading: thread-safe, as Confluent's is.
 */
final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  /** Magic byte and schema id. */
  private static final int PREFIX = 5;

  /** Schema ids remembered; a topic has as many as its schema has had versions. */
  private static final int SCHEMAS = 64;

  private final Class<T> type;
  private final KafkaAvroDeserializer delegate;
  private final Map<Integer, Optional<DatumReader<T>>> readers = new ConcurrentHashMap<>();

  RecordDeserializer(Class<T> type, KafkaAvroDeserializer delegate) {
    this.type = type;
    this.delegate = delegate;
  }

  @Override
  public T deserialize(String topic, byte[] data) {
    return read(topic, data, () -> delegate.deserialize(topic, data));
  }

  @Override
  public T deserialize(String topic, Headers headers, byte[] data) {
    return read(topic, data, () -> delegate.deserialize(topic, headers, data));
  }

  @Override
  public void close() {
    delegate.close();
  }

  private T read(String topic, byte[] data, Supplier<Object> value) {
    if (data == null || data.length < PREFIX || data[0] != 0) {
      return whole(topic, value);
    }
    int id = ByteBuffer.wrap(data).getInt(1);
    Optional<DatumReader<T>> known = readers.get(id);
    if (known == null) {
      T first = whole(topic, value);
      if (readers.size() < SCHEMAS) {
        readers.put(id, reader(id));
      }
      return first;
    }
    return known.isPresent() ? direct(id, known.get(), data) : whole(topic, value);
  }

  private T direct(int id, DatumReader<T> reader, byte[] data) {
    try {
      return reader.read(
          null, DecoderFactory.get().binaryDecoder(data, PREFIX, data.length - PREFIX, null));
    } catch (IOException | RuntimeException e) {
      throw new SerializationException("Error deserializing Avro message for id " + id, e);
    }
  }

  /** The reader of records by this schema; empty: Confluent's deserializer has more to do. */
  private Optional<DatumReader<T>> reader(int id) {
    try {
      ParsedSchema writer = delegate.getSchemaById(id);
      if (writer instanceof AvroSchema avro && writer.ruleSet() == null) {
        SpecificData data = SpecificData.getForClass(type);
        return Optional.of(new SpecificDatumReader<>(avro.rawSchema(), data.getSchema(type), data));
      }
      return Optional.empty();
    } catch (IOException | RestClientException e) {
      return Optional.empty(); // It has just been read by it: all the delegate's way, then.
    }
  }

  private T whole(String topic, Supplier<Object> value) {
    try {
      return narrow(topic, value.get());
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      // Confluent's client lets some of its cache's exceptions through, as for a Protobuf schema
      // id.
      throw new SerializationException("topic %s: the record cannot be read".formatted(topic), e);
    }
  }

  private T narrow(String topic, Object value) {
    if (value == null) {
      return null;
    }
    if (!type.isInstance(value)) {
      throw new SerializationException(
          "topic %s: the record is a %s, expected %s; check which producer writes to this topic"
              .formatted(topic, nameOf(value), type.getName()));
    }
    return type.cast(value);
  }

  private static String nameOf(Object value) {
    return value instanceof IndexedRecord avro
        ? avro.getSchema().getFullName()
        : value.getClass().getName();
  }
}
