package io.clipure.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/**
 * A service that only reads must decode its first record although its process has not touched a
 * generated class yet. What a test in this process does first would hide it, so a new one is
 * started.
 */
class FreshProcessTest {

  @Test
  void a_process_that_only_reads_decodes_its_first_record()
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Reader.class.getName())
            .redirectErrorStream(true)
            .start();
    String output;
    try (InputStream stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("decoded event-1");
  }

  /** The other process: a generic producer, and our reader. */
  public static final class Reader {
    private Reader() {}

    /** Entry point. */
    public static void main(String[] args) throws Exception {
      Map<String, String> config = Map.of("schema.registry.url", "mock://fresh");
      Schema schema =
          new Schema.Parser()
              .parse(Path.of("src/main/avro/ImageEvent.avsc").toAbsolutePath().toFile());
      MockSchemaRegistry.getClientForScope("fresh")
          .register("images-value", new AvroSchema(schema));
      GenericRecord content =
          new GenericData.Record(schema.getField("content").schema().getTypes().get(1));
      content.put("uri", "file:///cat.jpg");
      GenericRecord event = new GenericData.Record(schema);
      event.put("id", "event-1");
      event.put("content", content);
      event.put("attributes", Map.of());
      byte[] bytes;
      try (KafkaAvroSerializer serializer = new KafkaAvroSerializer()) {
        serializer.configure(config, false);
        bytes = serializer.serialize("images", event);
      }
      try (var serde = ConfluentSerdes.imageEvent(config)) {
        System.out.println("decoded " + serde.deserializer().deserialize("images", bytes).getId());
      }
    }
  }
}
