package io.clipure.schemas;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.util.function.Supplier;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/** Narrows Confluent's deserializer to one record type and refuses every other in one line. */
final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final Class<T> type;
  private final KafkaAvroDeserializer delegate;

  RecordDeserializer(Class<T> type, KafkaAvroDeserializer delegate) {
    this.type = type;
    this.delegate = delegate;
  }

  @Override
  public T deserialize(String topic, byte[] data) {
    return read(topic, () -> delegate.deserialize(topic, data));
  }

  @Override
  public T deserialize(String topic, Headers headers, byte[] data) {
    return read(topic, () -> delegate.deserialize(topic, headers, data));
  }

  @Override
  public void close() {
    delegate.close();
  }

  private T read(String topic, Supplier<Object> value) {
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
