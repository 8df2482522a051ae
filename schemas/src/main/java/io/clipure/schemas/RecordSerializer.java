package io.clipure.schemas;

import io.confluent.kafka.serializers.KafkaAvroSerializer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/** Narrows Confluent's serializer, which takes any object, to one record type. */
final class RecordSerializer<T extends SpecificRecord> implements Serializer<T> {
  private final KafkaAvroSerializer delegate;

  RecordSerializer(KafkaAvroSerializer delegate) {
    this.delegate = delegate;
  }

  @Override
  public byte[] serialize(String topic, T data) {
    return delegate.serialize(topic, data);
  }

  @Override
  public byte[] serialize(String topic, Headers headers, T data) {
    return delegate.serialize(topic, headers, data);
  }

  @Override
  public void close() {
    delegate.close();
  }
}
