package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.batching.PipelineFailedException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class DeadLetterHandlersTest {
  private static final Map<String, String> CONFIG =
      Map.of(DeadLetters.TOPIC_CONFIG, "dead", DeadLetters.VERSION_CONFIG, "1.2.3");

  private record Context(String topic, String processorNodeId) implements ErrorHandlerContext {
    @Override
    public int partition() {
      return 3;
    }

    @Override
    public long offset() {
      return 42;
    }

    @Override
    public Headers headers() {
      return new RecordHeaders();
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

  private static DeserializationExceptionHandler.Response deserialization(Exception exception) {
    DeadLetterDeserializationHandler handler = new DeadLetterDeserializationHandler();
    handler.configure(CONFIG);
    return handler.handleError(
        new Context("images", "images"),
        new ConsumerRecord<>("images", 3, 42, new byte[] {1}, new byte[] {2}),
        exception);
  }

  @Test
  void garbage_becomes_a_dead_letter_that_names_the_cause() {
    DeserializationExceptionHandler.Response response =
        deserialization(
            new SerializationException("cannot read", new ArrayIndexOutOfBoundsException("-7")));

    assertThat(response.result()).isEqualTo(DeserializationExceptionHandler.Result.RESUME);
    ProducerRecord<byte[], byte[]> letter = response.deadLetterQueueRecords().get(0);
    assertThat(letter.topic()).isEqualTo("dead");
    assertThat(letter.value()).containsExactly(2);
    assertThat(new String(value(letter, DeadLetters.MESSAGE), StandardCharsets.UTF_8))
        .contains("cannot read", "ArrayIndexOutOfBounds", "-7");
    assertThat(value(letter, DeadLetters.SOURCE_OFFSET)).asString().isEqualTo("42");
  }

  private static byte[] value(ProducerRecord<byte[], byte[]> letter, String header) {
    return letter.headers().lastHeader(header).value();
  }

  @Test
  void nothing_is_dead_lettered_because_the_registry_is_down() {
    DeserializationExceptionHandler.Response response =
        deserialization(
            new SerializationException(
                "Error retrieving Avro schema for id 7", new ConnectException("refused")));

    assertThat(response.result()).isEqualTo(DeserializationExceptionHandler.Result.FAIL);
    assertThat(response.deadLetterQueueRecords()).isEmpty();
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
}
