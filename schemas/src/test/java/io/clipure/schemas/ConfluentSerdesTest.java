package io.clipure.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

class ConfluentSerdesTest {
  private static final int HEADER = 5;

  /** A registry of its own for every test. */
  private final String scope = UUID.randomUUID().toString();

  private final Map<String, ?> config = Map.of("schema.registry.url", "mock://" + scope);

  @Test
  void every_record_comes_back_equal() {
    assertThat(roundTrip(ConfluentSerdes.imageEvent(config), Samples.imageEvent()))
        .isEqualTo(Samples.imageEvent());
    assertThat(roundTrip(ConfluentSerdes.labelledImage(config), Samples.labelledImage()))
        .isEqualTo(Samples.labelledImage());
    assertThat(roundTrip(ConfluentSerdes.labelSet(config), Samples.labelSet()))
        .isEqualTo(Samples.labelSet());
    assertThat(roundTrip(ConfluentSerdes.reviewDecision(config), Samples.reviewDecision()))
        .isEqualTo(Samples.reviewDecision());
  }

  @Test
  void instants_and_references_come_back_as_such() {
    ImageEvent event = Samples.imageEvent();
    event =
        ImageEvent.newBuilder(event)
            .setContent(new ImageReference("https://example/a.png"))
            .build();
    ImageEvent back = roundTrip(ConfluentSerdes.imageEvent(config), event);
    assertThat(back.getUploadedAt()).isEqualTo(Samples.AT);
    assertThat(back.getContent()).isEqualTo(new ImageReference("https://example/a.png"));
    assertThat(roundTrip(ConfluentSerdes.labelledImage(config), Samples.labelledImage()))
        .extracting(image -> image.getTimings().getLabelledAt())
        .isEqualTo(Samples.AT);
  }

  @Test
  void a_tombstone_stays_null() {
    try (Serde<LabelSet> serde = ConfluentSerdes.labelSet(config)) {
      assertThat(serde.serializer().serialize("label-sets", null)).isNull();
      assertThat(serde.deserializer().deserialize("label-sets", null)).isNull();
    }
  }

  @Test
  void bytes_start_with_magic_0_and_the_schema_id_and_any_avro_reader_decodes_them()
      throws Exception {
    byte[] bytes = bytes(ConfluentSerdes.imageEvent(config), Samples.imageEvent());
    ByteBuffer header = ByteBuffer.wrap(bytes);
    assertThat(header.get()).isZero();
    assertThat(MockSchemaRegistry.getClientForScope(scope).getSchemaById(header.getInt()))
        .isEqualTo(new AvroSchema(ImageEvent.getClassSchema()));
    try (KafkaAvroDeserializer generic = new KafkaAvroDeserializer()) {
      generic.configure(config, false);
      GenericRecord record = (GenericRecord) generic.deserialize("images", bytes);
      assertThat(record.get("id")).hasToString("upload-1");
      assertThat(record.get("uploadedAt")).isEqualTo(Samples.AT.toEpochMilli());
    }
  }

  @Test
  void every_later_record_has_the_bytes_that_confluents_serializer_writes() {
    try (Serde<LabelledImage> serde = ConfluentSerdes.labelledImage(config);
        KafkaAvroSerializer confluent = new KafkaAvroSerializer()) {
      confluent.configure(config, false);
      LabelledImage other = LabelledImage.newBuilder(Samples.labelledImage()).setId("b").build();
      serde.serializer().serialize("labelled", Samples.labelledImage());
      assertThat(serde.serializer().serialize("labelled", other))
          .isEqualTo(confluent.serialize("labelled", other));
      assertThat(serde.serializer().serialize("labelled", Samples.labelledImage()))
          .isEqualTo(confluent.serialize("labelled", Samples.labelledImage()));
    }
  }

  @Test
  void a_record_that_cannot_be_written_leaves_nothing_behind() {
    try (Serde<LabelledImage> serde = ConfluentSerdes.labelledImage(config)) {
      byte[] good = serde.serializer().serialize("labelled", Samples.labelledImage());
      LabelledImage broken = LabelledImage.newBuilder(Samples.labelledImage()).build();
      broken.put(broken.getSchema().getField("topLabel").pos(), null);
      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> serde.serializer().serialize("labelled", broken));
      assertThat(serde.serializer().serialize("labelled", Samples.labelledImage())).isEqualTo(good);
    }
  }

  @Test
  void threads_that_share_a_serializer_do_not_mix_their_records() {
    try (Serde<LabelledImage> serde = ConfluentSerdes.labelledImage(config)) {
      serde.serializer().serialize("labelled", Samples.labelledImage());
      List<String> ids =
          IntStream.range(0, 20_000)
              .parallel()
              .mapToObj(
                  i ->
                      serde
                          .serializer()
                          .serialize(
                              "labelled",
                              LabelledImage.newBuilder(Samples.labelledImage())
                                  .setId("id-" + i)
                                  .build()))
              .map(bytes -> serde.deserializer().deserialize("labelled", bytes).getId())
              .toList();
      assertThat(ids).isEqualTo(IntStream.range(0, 20_000).mapToObj(i -> "id-" + i).toList());
    }
  }

  @Test
  void a_record_of_another_type_is_refused_in_one_line_that_names_both() {
    byte[] bytes = bytes(ConfluentSerdes.labelSet(config), Samples.labelSet());
    assertUnreadable(bytes)
        .withMessage(
            "topic images: the record is a io.clipure.schemas.LabelSet, expected"
                + " io.clipure.schemas.ImageEvent; check which producer writes to this topic");
  }

  @Test
  void garbage_is_unreadable_and_not_an_outage() {
    byte[] good = bytes(ConfluentSerdes.imageEvent(config), Samples.imageEvent());
    byte[] badMagic = good.clone();
    badMagic[0] = 7;
    byte[] truncated = Arrays.copyOf(good, good.length / 2);
    byte[] badNumber = good.clone();
    Arrays.fill(badNumber, HEADER, badNumber.length, (byte) 0xFF);

    assertUnreadable(badMagic).withMessageContaining("magic byte");
    assertUnreadable(truncated).withMessageContaining("Error deserializing Avro message");
    assertUnreadable(badNumber).withMessageContaining("Error deserializing Avro message");
    assertUnreadable(new byte[0]);
    assertUnreadable(new byte[] {0, 0, 0});
    assertUnreadable("GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void a_length_far_beyond_the_record_is_unreadable_and_reserves_no_memory() {
    byte[] good = bytes(ConfluentSerdes.imageEvent(config), Samples.imageEvent());
    ByteBuffer hostile = ByteBuffer.allocate(HEADER + 5).put(good, 0, HEADER);
    // 2^31 - 11 as a zigzag varint: the id claims to be two gigabytes long.
    hostile.put(new byte[] {(byte) 0xEA, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F});
    assertUnreadable(hostile.array());
  }

  @Test
  void an_unknown_schema_id_is_unreadable() {
    byte[] bytes = bytes(ConfluentSerdes.imageEvent(config), Samples.imageEvent());
    ByteBuffer.wrap(bytes).putInt(1, 424242);
    assertUnreadable(bytes).withMessageContaining("424242");
  }

  @Test
  void without_auto_registration_an_unregistered_schema_is_named() {
    try (Serde<ImageEvent> serde =
        ConfluentSerdes.imageEvent(with("auto.register.schemas", "false"))) {
      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> serde.serializer().serialize("images", Samples.imageEvent()))
          .withMessageContaining("Error retrieving Avro schema")
          .withMessageContaining("ImageEvent")
          .satisfies(e -> assertThat(RegistryFailures.isOutage(e)).isFalse());
    }
  }

  @Test
  void strings_are_strings_even_when_the_writers_schema_is_not_a_java_clients() throws Exception {
    AvroSchema foreign = new AvroSchema(SchemaFiles.text("ImageEvent"));
    int id = MockSchemaRegistry.getClientForScope(scope).register("images-value", foreign);
    byte[] bytes = bytes(ConfluentSerdes.imageEvent(config), Samples.imageEvent());
    ByteBuffer.wrap(bytes).putInt(1, id);
    try (Serde<ImageEvent> serde = ConfluentSerdes.imageEvent(config)) {
      assertThat(serde.deserializer().deserialize("images", bytes).getAttributes())
          .containsEntry("tenant", "a");
    }
  }

  @Test
  void use_latest_version_writes_with_the_id_of_the_newest_registered_schema() throws Exception {
    String newer = SchemaFiles.text("ImageEvent").replace("One image to be", "An image to be");
    var registry = MockSchemaRegistry.getClientForScope(scope);
    registry.register("images-value", new AvroSchema(ImageEvent.getClassSchema()));
    int id = registry.register("images-value", new AvroSchema(newer));

    Map<String, Object> latest = with("auto.register.schemas", "false");
    latest.put("use.latest.version", "true");
    byte[] bytes = bytes(ConfluentSerdes.imageEvent(latest), Samples.imageEvent());

    assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(id);
    assertThat(ConfluentSerdes.imageEvent(latest).deserializer().deserialize("images", bytes))
        .isEqualTo(Samples.imageEvent());
  }

  @Test
  void the_subject_name_strategy_is_passed_through() throws Exception {
    Map<String, Object> byRecord =
        with(
            "value.subject.name.strategy",
            "io.confluent.kafka.serializers.subject.RecordNameStrategy");
    bytes(ConfluentSerdes.imageEvent(byRecord), Samples.imageEvent());
    assertThat(MockSchemaRegistry.getClientForScope(scope).getAllSubjects())
        .containsExactly("io.clipure.schemas.ImageEvent");
  }

  @Test
  void a_missing_registry_url_is_named() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfluentSerdes.imageEvent(Map.of()))
        .withMessageContaining("schema.registry.url");
  }

  private ThrowableAssertAlternative<SerializationException> assertUnreadable(byte[] bytes) {
    try (Serde<ImageEvent> serde = ConfluentSerdes.imageEvent(config)) {
      return assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> serde.deserializer().deserialize("images", bytes))
          .satisfies(e -> assertThat(RegistryFailures.isOutage(e)).isFalse());
    }
  }

  private Map<String, Object> with(String key, Object value) {
    Map<String, Object> more = new HashMap<>(config);
    more.put(key, value);
    return more;
  }

  private static <T> byte[] bytes(Serde<T> serde, T value) {
    try (serde) {
      return serde.serializer().serialize("images", value);
    }
  }

  private static <T> T roundTrip(Serde<T> serde, T value) {
    try (serde) {
      byte[] bytes = serde.serializer().serialize("images", value);
      return serde.deserializer().deserialize("images", bytes);
    }
  }
}
