package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchException;

import io.clipure.stream.batching.PipelineFailedException;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterHandlersTest {
  private static final Map<String, String> CONFIG =
      Map.of(DeadLetters.TOPIC_CONFIG, "dead", DeadLetters.VERSION_CONFIG, "1.2.3");

  private static final SourcePosition EVENT = new SourcePosition("images", 3, 42);

  private record Context(String topic, String processorNodeId, Headers headers)
      implements ErrorHandlerContext {
    Context(String topic, String processorNodeId) {
      this(topic, processorNodeId, new RecordHeaders());
    }

    @Override
    public int partition() {
      return 3;
    }

    @Override
    public long offset() {
      return 42;
    }

    @Override
    public TaskId taskId() {
      return new TaskId(0, 3);
    }

    @Override
    public long timestamp() {
      return 7;
    }

    @Override
    public byte[] sourceRawKey() {
      return new byte[] {1};
    }

    @Override
    public byte[] sourceRawValue() {
      return new byte[] {2};
    }
  }

  private static ProcessingExceptionHandler.Response processing(String node, Exception exception) {
    DeadLetterProcessingHandler handler = new DeadLetterProcessingHandler();
    handler.configure(CONFIG);
    return handler.handleError(new Context("images", node), new Record<>("k", "v", 0), exception);
  }

  private static Object decoding(RuntimeException failure) {
    return DecodeProcessor.read(
        (topic, value) -> {
          throw failure;
        },
        "images",
        new Record<>("k", new byte[] {2}, 0));
  }

  @Test
  void garbage_becomes_a_dead_letter_that_names_the_cause() {
    Exception refused =
        catchException(
            () ->
                decoding(
                    new SerializationException(
                        "cannot read", new ArrayIndexOutOfBoundsException("-7"))));

    ProcessingExceptionHandler.Response response = processing("decode", refused);

    assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
    ProducerRecord<byte[], byte[]> letter = response.deadLetterQueueRecords().get(0);
    assertThat(letter.topic()).isEqualTo("dead");
    assertThat(letter.value()).containsExactly(2);
    assertThat(value(letter, DeadLetters.REASON)).asString().isEqualTo("UNDECODABLE_EVENT");
    assertThat(new String(value(letter, DeadLetters.MESSAGE), StandardCharsets.UTF_8))
        .contains("cannot read", "ArrayIndexOutOfBounds", "-7");
    assertThat(value(letter, DeadLetters.SOURCE_OFFSET)).asString().isEqualTo("42");
  }

  private static byte[] value(ProducerRecord<byte[], byte[]> letter, String header) {
    return letter.headers().lastHeader(header).value();
  }

  @Test
  void nothing_is_dead_lettered_because_the_registry_is_down() {
    Exception outage =
        catchException(
            () ->
                decoding(
                    new SerializationException(
                        "Error retrieving Avro schema for id 7", new ConnectException("refused"))));

    assertThat(processing("decode", outage).result())
        .isEqualTo(ProcessingExceptionHandler.Result.FAIL);
  }

  @Test
  void a_fatal_state_is_never_blamed_on_an_event() {
    for (Exception fatal :
        new Exception[] {
          new PipelineFailedException("broken", null), new TaskMigratedException("hung")
        }) {
      assertThat(processing("unwrap", fatal).result())
          .isEqualTo(ProcessingExceptionHandler.Result.FAIL);
    }
  }

  @Test
  void only_the_unwrap_node_makes_dead_letters() {
    IllegalStateException bug = new IllegalStateException("bug");

    assertThat(processing("unwrap", bug).deadLetterQueueRecords()).hasSize(1);
    assertThat(processing("classify", bug).result())
        .isEqualTo(ProcessingExceptionHandler.Result.FAIL);
    assertThat(processing("route", bug).result()).isEqualTo(ProcessingExceptionHandler.Result.FAIL);
  }

  @Test
  void a_missing_topic_is_named() {
    assertThatThrownBy(() -> new DeadLetterProcessingHandler().configure(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(DeadLetters.TOPIC_CONFIG);
  }

  private static ProducerRecord<byte[], byte[]> letterOf(Headers headers) {
    DeadLetterProcessingHandler handler = new DeadLetterProcessingHandler();
    handler.configure(CONFIG);
    return handler
        .handleError(
            new Context("images", "unwrap", headers),
            new Record<>("k", "v", 0),
            new ImageRejectedException("CORRUPT_IMAGE", "broken"))
        .deadLetterQueueRecords()
        .get(0);
  }

  @Test
  void original_headers_keep_their_bytes_order_and_doubles() {
    Headers event = new RecordHeaders();
    event.add("b", new byte[] {(byte) 0xff, 0});
    event.add("a", null);
    event.add("b", new byte[] {1});

    assertThat(letterOf(event).headers().toArray())
        .startsWith(event.toArray())
        .hasSize(3 + 9)
        .extracting(Header::key)
        .containsOnlyOnce(DeadLetters.REASON, DeadLetters.ATTEMPT, DeadLetters.SOURCE_OFFSET);
  }

  @Test
  void nobody_can_forge_what_a_dead_letter_says() {
    Headers event = new RecordHeaders();
    event.add("clipure.reason", new byte[] {'x'});
    event.add("clipure.value.omitted", "bytes=1 sha256=00".getBytes(StandardCharsets.UTF_8));
    event.add("clipure.key.omitted", null);
    event.add("clipure.source.topic", "label-sets".getBytes(StandardCharsets.UTF_8));
    event.add("clipure.requeued.from", "\u001b[2J".getBytes(StandardCharsets.UTF_8));
    event.add("clipure.anything", new byte[] {'x'});
    ProducerRecord<byte[], byte[]> letter = letterOf(event);

    assertThat(value(letter, DeadLetters.REASON)).asString().isEqualTo("CORRUPT_IMAGE");
    assertThat(value(letter, DeadLetters.SOURCE_TOPIC)).asString().isEqualTo("images");
    assertThat(letter.headers().toArray())
        .extracting(Header::key)
        .doesNotHaveDuplicates()
        .doesNotContain(
            "clipure.value.omitted",
            "clipure.key.omitted",
            "clipure.requeued.from",
            "clipure.anything");
    assertThat(letter.value()).containsExactly(2);
  }

  @ParameterizedTest
  @CsvSource({
    ", 1",
    "1, 2",
    "41, 42",
    "999999, 999999",
    "999999999999, 1",
    "0, 1",
    "-5, 1",
    "1e3, 1",
    "'', 1",
    "'1 ', 1"
  })
  void attempts_are_counted_from_a_sane_number_or_from_one(String before, String after) {
    Headers event = new RecordHeaders();
    if (before != null) {
      event.add(DeadLetters.ATTEMPT, "7".getBytes(StandardCharsets.UTF_8));
      event.add(DeadLetters.ATTEMPT, before.getBytes(StandardCharsets.UTF_8));
    }

    assertThat(value(letterOf(event), DeadLetters.ATTEMPT)).asString().isEqualTo(after);
  }

  @Test
  void a_requeued_event_brings_its_count_and_nothing_else_of_ours() {
    Headers event = new RecordHeaders();
    event.add("camera", new byte[] {7});
    ProducerRecord<byte[], byte[]> first = letterOf(event);
    Headers back = DeadLetters.requeued(first.headers(), 1, "dead-0@5", 9);

    assertThat(back.toArray())
        .extracting(Header::key)
        .containsExactly(
            "camera", "clipure.attempt", "clipure.requeued.from", "clipure.requeued.at");
    ProducerRecord<byte[], byte[]> second = letterOf(back);
    assertThat(value(second, DeadLetters.ATTEMPT)).asString().isEqualTo("2");
    assertThat(value(second, DeadLetters.REQUEUED_FROM)).asString().isEqualTo("dead-0@5");
    assertThat(DeadLetters.originalHeaders(second.headers())).containsExactly(event.toArray());
  }

  private static ProducerRecord<byte[], byte[]> result() {
    Headers headers = new RecordHeaders();
    EVENT.writeTo(headers);
    return new ProducerRecord<>("labelled", null, null, new byte[1], new byte[1], headers);
  }

  private static DeadLetterProductionHandler production(Refusals refusals) {
    DeadLetterProductionHandler handler = new DeadLetterProductionHandler();
    handler.configure(
        Map.of(
            DeadLetters.TOPIC_CONFIG,
            "dead",
            DeadLetters.VERSION_CONFIG,
            "1.2.3",
            Refusals.CONFIG,
            refusals));
    return handler;
  }

  @Test
  void what_the_broker_may_take_another_time_is_only_tried_again() {
    Refusals refusals = new Refusals();
    for (Exception transientFault :
        new Exception[] {
          new TimeoutException("120 s"),
          new NotLeaderOrFollowerException("moved"),
          new NotEnoughReplicasException("one of two"),
          new TopicAuthorizationException("labelled"),
          new ProducerFencedException("fenced"),
          new UnknownServerException("?"),
          new KafkaStorageException("disk")
        }) {
      // Not RETRY: it throws TaskCorruptedException.
      assertThat(production(refusals).handleError(null, result(), transientFault).result())
          .isEqualTo(ProductionExceptionHandler.Result.FAIL);
    }
    SerializationException registryDown =
        new SerializationException("no schema", new ConnectException("refused"));
    SerializationException notRegistered =
        new SerializationException(
            "no schema", new RestClientException("subject not found", 404, 40401));
    for (Exception registry : new Exception[] {registryDown, notRegistered}) {
      assertThat(
              production(refusals)
                  .handleSerializationError(
                      null,
                      result(),
                      registry,
                      ProductionExceptionHandler.SerializationExceptionOrigin.VALUE)
                  .result())
          .isEqualTo(ProductionExceptionHandler.Result.FAIL);
    }
    assertThat(refusals.result(EVENT)).isEmpty();
  }

  @Test
  void what_the_broker_refuses_for_good_is_noted_for_the_next_time() {
    for (Exception refusal :
        new Exception[] {
          new RecordTooLargeException("2 MB"),
          new InvalidTimestampException("in a year"),
          new InvalidRecordException("no key")
        }) {
      Refusals refusals = new Refusals();

      assertThat(production(refusals).handleError(null, result(), refusal).result())
          .isEqualTo(ProductionExceptionHandler.Result.FAIL);
      assertThat(refusals.result(EVENT))
          .get()
          .asString()
          .contains("labelled", refusal.getMessage());
    }
  }

  @Test
  void a_result_that_cannot_be_serialized_is_noted() {
    Refusals refusals = new Refusals();
    production(refusals)
        .handleSerializationError(
            null,
            result(),
            new SerializationException("Avro", new NullPointerException("field id")),
            ProductionExceptionHandler.SerializationExceptionOrigin.VALUE);

    assertThat(refusals.result(EVENT)).get().asString().contains("field id");
  }

  @Test
  void a_refused_dead_letter_comes_again_without_its_value_and_then_bare() {
    Refusals refusals = new Refusals();
    DeadLetterProcessingHandler letters = new DeadLetterProcessingHandler();
    letters.configure(
        Map.of(
            DeadLetters.TOPIC_CONFIG,
            "dead",
            DeadLetters.VERSION_CONFIG,
            "1.2.3",
            Refusals.CONFIG,
            refusals));
    String[] forms = {"FULL", "WITHOUT_VALUE", "BARE", "BARE"};
    for (String form : forms) {
      ProducerRecord<byte[], byte[]> letter =
          letters
              .handleError(
                  new Context("images", "unwrap"),
                  new Record<>("k", "v", 0),
                  new ImageRejectedException("CORRUPT_IMAGE", "broken"))
              .deadLetterQueueRecords()
              .get(0);
      assertThat(DeadLetters.form(letter.headers())).hasToString(form);
      assertThat(letter.value() != null).isEqualTo(form.equals("FULL"));
      assertThat(letter.key() != null).isEqualTo(!form.equals("BARE"));
      production(refusals).handleError(null, letter, new RecordTooLargeException("refused"));
    }
  }
}
