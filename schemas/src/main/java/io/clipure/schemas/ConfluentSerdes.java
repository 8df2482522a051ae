package io.clipure.schemas;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Value serdes in the Confluent wire format (magic byte 0, schema id as a big-endian int, Avro
 * binary), made of Confluent's own serializers.
 *
 * <p>The configuration is theirs and reaches them unchanged: {@code schema.registry.url} (several,
 * comma-separated, or {@code mock://scope} for a registry inside this process), {@code
 * basic.auth.*}, {@code bearer.auth.*}, {@code schema.registry.ssl.*}, {@code
 * auto.register.schemas}, {@code use.latest.version}, {@code value.subject.name.strategy}. The one
 * key that is always set here is {@code specific.avro.reader}.
 *
 * <p>With {@code use.latest.version} Confluent's serializer writes by field position: the
 * registered schema must have the fields of this build, in this order.
 *
 * <p>Threading: a serde belongs to one stream thread; make one per use. The caller closes it.
 */
public final class ConfluentSerdes {
  private ConfluentSerdes() {}

  /**
   * Values of the images topic.
   *
   * @throws org.apache.kafka.common.config.ConfigException if {@code schema.registry.url} is absent
   *     or a key is malformed
   */
  public static Serde<ImageEvent> imageEvent(Map<String, ?> config) {
    return serde(ImageEvent.class, config);
  }

  /**
   * Values of the labelled and flagged topics.
   *
   * @throws org.apache.kafka.common.config.ConfigException as {@link #imageEvent(Map)}
   */
  public static Serde<LabelledImage> labelledImage(Map<String, ?> config) {
    return serde(LabelledImage.class, config);
  }

  /**
   * Values of the label-sets topic.
   *
   * @throws org.apache.kafka.common.config.ConfigException as {@link #imageEvent(Map)}
   */
  public static Serde<LabelSet> labelSet(Map<String, ?> config) {
    return serde(LabelSet.class, config);
  }

  /**
   * Values of the reviews topic.
   *
   * @throws org.apache.kafka.common.config.ConfigException as {@link #imageEvent(Map)}
   */
  public static Serde<ReviewDecision> reviewDecision(Map<String, ?> config) {
    return serde(ReviewDecision.class, config);
  }

  private static <T extends SpecificRecord> Serde<T> serde(Class<T> type, Map<String, ?> config) {
    TrustedRecord.trust();
    // Scores are most of a result, and the generated code writes one without boxing its figures.
    SpecificData.getForClass(type).setCustomCoders(true);
    Map<String, Object> settings = new HashMap<>(config);
    settings.put(KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG, true);
    KafkaAvroSerializer serializer = new KafkaAvroSerializer();
    serializer.configure(settings, false);
    // For a deserializer the key means "read with the registry's newest schema", which would put
    // Utf8 keys into maps of String and lose fields of this build. The reader is always this build.
    settings.put(AbstractKafkaSchemaSerDeConfig.USE_LATEST_VERSION, false);
    KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer();
    deserializer.configure(settings, false);
    return Serdes.serdeFrom(
        new RecordSerializer<>(type, serializer, writesThisBuild(config)),
        new RecordDeserializer<>(type, deserializer));
  }

  /** Whether nothing makes Confluent's serializer write by another schema than the record's own. */
  private static boolean writesThisBuild(Map<String, ?> config) {
    return List.of(
            AbstractKafkaSchemaSerDeConfig.USE_LATEST_VERSION,
            AbstractKafkaSchemaSerDeConfig.USE_LATEST_WITH_METADATA,
            AbstractKafkaSchemaSerDeConfig.USE_SCHEMA_ID,
            AbstractKafkaSchemaSerDeConfig.RULE_EXECUTORS)
        .stream()
        .map(config::get)
        .allMatch(value -> value == null || "false".equals(value.toString()));
  }
}
