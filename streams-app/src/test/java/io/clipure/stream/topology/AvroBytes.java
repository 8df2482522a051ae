package io.clipure.stream.topology;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Bare Avro binary without registry, so that these tests need none. */
final class AvroBytes {
  private AvroBytes() {}

  static <T extends SpecificRecord> Serde<T> serde(Schema schema) {
    return Serdes.serdeFrom(
        (topic, value) -> value == null ? null : write(schema, value),
        (topic, bytes) -> bytes == null ? null : read(schema, bytes));
  }

  private static <T extends SpecificRecord> byte[] write(Schema schema, T value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new SpecificDatumWriter<T>(schema).write(value, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new SerializationException(e);
    }
  }

  private static <T extends SpecificRecord> T read(Schema schema, byte[] bytes) {
    try {
      return new SpecificDatumReader<T>(schema)
          .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    } catch (IOException | RuntimeException e) {
      throw new SerializationException("Error deserializing Avro message", e);
    }
  }
}
