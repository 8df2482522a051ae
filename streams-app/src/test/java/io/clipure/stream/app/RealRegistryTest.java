package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.clipure.schemas.Decision;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelSet;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.RegistryFailures;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The serdes of the commands, against a real registry server. */
class RealRegistryTest {
  private static final Path SCHEMAS = Path.of("..", "schemas", "src");

  @TempDir private static Path folder;
  private static RealRegistry registry;

  @BeforeAll
  static void start() throws IOException {
    registry = RealRegistry.start(folder);
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  private static AppConfig config(String... more) {
    Map<String, String> keys = new HashMap<>();
    keys.put("kafka.bootstrap.servers", "127.0.0.1:1");
    keys.put("schema.registry.url", registry.url());
    for (int i = 0; i < more.length; i += 2) {
      keys.put(more[i], more[i + 1]);
    }
    return AppConfig.load(List.of(ConfigSource.flags(keys)));
  }

  /** A serde that has seen nothing yet. */
  private static Serde<ImageEvent> events(String... more) {
    return Clients.serdes(config(more)).imageEvent();
  }

  private static ImageEvent event(String id) {
    return ImageEvent.newBuilder()
        .setId(id)
        .setContent(new InlineImage(ByteBuffer.wrap(new byte[] {1, 2, 3})))
        .setAttributes(Map.of("camera", "front"))
        .build();
  }

  private static SchemaRegistryClient client() {
    return new CachedSchemaRegistryClient(registry.url(), 10);
  }

  @Test
  void a_record_registers_its_schema_under_the_topics_subject_and_is_read_by_its_id()
      throws IOException {
    byte[] written = events().serializer().serialize("uploads", event("a"));
    assertThat(registry.subjects()).contains("uploads-value");
    int id = ByteBuffer.wrap(written).getInt(1);
    assertThat(registry.get("/subjects/uploads-value/versions/latest").path("id").asInt())
        .isEqualTo(id);
    assertThat(new Schema.Parser().parse(registry.get("/schemas/ids/" + id).get("schema").asText()))
        .isEqualTo(ImageEvent.getClassSchema());
    assertThat(events().deserializer().deserialize("uploads", written)).isEqualTo(event("a"));
  }

  @Test
  void schemas_that_use_a_type_of_another_file_stand_for_themselves() throws Exception {
    Clients.Serdes serdes = Clients.serdes(config());
    LabelSet set = LabelSet.newBuilder().setName("n").setDigest("d").setLabels(List.of()).build();
    byte[] written = serdes.labelSet().serializer().serialize("sets", set);
    assertThat(serdes.labelSet().deserializer().deserialize("sets", written)).isEqualTo(set);
    int id = client().register("verdicts-value", new AvroSchema(LabelledImage.getClassSchema()));
    assertThat(registry.get("/schemas/ids/" + id).path("references")).isEmpty();
    assertThat(registry.get("/schemas/ids/" + id).get("schema").asText())
        .contains(Decision.REVIEW.name());
  }

  @Test
  void with_auto_register_off_a_schema_must_be_there_and_is_not_put_there() throws IOException {
    String[] off = {"auto.register.schemas", "false"};
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> events(off).serializer().serialize("guarded", event("a")));
    assertThat(registry.subjects()).doesNotContain("guarded-value");

    byte[] registered = events().serializer().serialize("guarded", event("a"));
    assertThat(events(off).serializer().serialize("guarded", event("a"))).isEqualTo(registered);
    String[] latest = {"auto.register.schemas", "false", "use.latest.version", "true"};
    assertThat(events(latest).serializer().serialize("guarded", event("a"))).isEqualTo(registered);
  }

  @Test
  void every_release_and_then_the_serdes_may_follow_those_before_under_full_compatibility()
      throws Exception {
    for (String name : List.of("ImageEvent", "LabelledImage", "LabelSet")) {
      String subject = "history-" + name + "-value";
      registry.compatibility(subject, "FULL_TRANSITIVE");
      for (String version : List.of("v1", "v2", "v3")) {
        Path released = SCHEMAS.resolve("test/resources/history").resolve(version);
        client().register(subject, new AvroSchema(parse(released, name)));
      }
      client().register(subject, new AvroSchema(parse(SCHEMAS.resolve("main/avro"), name)));
    }
    // The serdes' own text names the Java type of strings besides: a version of its own.
    int before = registry.get("/subjects/history-ImageEvent-value/versions").size();
    events().serializer().serialize("history-ImageEvent", event("a"));
    assertThat(registry.get("/subjects/history-ImageEvent-value/versions")).hasSize(before + 1);
  }

  private static Schema parse(Path directory, String name) throws IOException {
    Schema.Parser parser = new Schema.Parser();
    parser.parse(Files.readString(directory.resolve("Decision.avsc")));
    return parser.parse(Files.readString(directory.resolve(name + ".avsc")));
  }

  @Test
  void an_incompatible_schema_is_refused_where_the_subject_asks_for_it() throws Exception {
    Schema broken = new Schema.Parser().parse(brokenEvent());
    assertThat(client().register("free-value", new AvroSchema(broken))).isPositive();
    // With a schema of someone else's under the topic's subject ours is refused, in one line.
    registry.compatibility("held-value", "BACKWARD");
    client().register("held-value", new AvroSchema(broken));
    Throwable refusal = catchThrowable(() -> events().serializer().serialize("held", event("a")));
    assertThat(refusal).isInstanceOf(SerializationException.class);
    assertThat(refusal.getCause())
        .isInstanceOfSatisfying(
            RestClientException.class, e -> assertThat(e.getStatus()).isEqualTo(409));
    assertThat(Clients.reasons(refusal)).hasLineCount(1).contains("held-value");
    assertThat(registry.get("/subjects/held-value/versions")).hasSize(1);
  }

  /** Our event with a field of another type. */
  private static String brokenEvent() {
    String ours = ImageEvent.getClassSchema().toString();
    String from = "{\"name\":\"id\",\"type\":{\"type\":\"string\",\"avro.java.string\":\"String\"}";
    assertThat(ours).contains(from);
    return ours.replace(from, "{\"name\":\"id\",\"type\":\"long\"");
  }

  @Test
  void an_unknown_id_is_the_records_fault_and_a_registry_away_is_nobodys() throws IOException {
    byte[] written = events().serializer().serialize("kept", event("a"));
    byte[] unknown = ByteBuffer.wrap(written.clone()).putInt(1, 999_999).array();
    Throwable fault = catchThrowable(() -> events().deserializer().deserialize("kept", unknown));
    assertThat(fault).isInstanceOf(SerializationException.class);
    assertThat(RegistryFailures.isOutage(fault)).as(Clients.reasons(fault)).isFalse();

    Serde<ImageEvent> knows = events();
    assertThat(knows.deserializer().deserialize("kept", written)).isEqualTo(event("a"));
    registry.kill();
    try {
      assertThat(knows.deserializer().deserialize("kept", written)).isEqualTo(event("a"));
      Throwable outage = catchThrowable(() -> events().deserializer().deserialize("kept", written));
      assertThat(RegistryFailures.isOutage(outage)).as(Clients.reasons(outage)).isTrue();
    } finally {
      registry.startAgain();
    }
    assertThat(events().deserializer().deserialize("kept", written)).isEqualTo(event("a"));
  }
}
