package io.clipure.stream.app;

import static io.clipure.stream.app.DeadLetterFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.topology.DeadLetters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** An event that fails, is sent back and fails again, through the real service. */
class DeadLetterRoundTripTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void aRequeuedEventThatFailsAgainSaysSoAndIsTheSameToTheByte() {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      DeadLetterFixture topics = new DeadLetterFixture(broker);
      broker.createTopics(
          List.of(topics.labelled(), topics.lowConfidence(), topics.adversarial()), 1, Map.of());
      broker.createTopics(List.of(topics.labelSets()), 1, Map.of("cleanup.policy", "compact"));
      AppConfig config = AppConfig.load(List.of(ConfigSource.flags(topics.serviceKeys())));
      ProducerRecord<byte[], byte[]> event =
          new ProducerRecord<>(topics.images(), 1, new byte[] {(byte) 0xfe, 1}, bytes("no event"));
      event.headers().add("z", new byte[] {(byte) 0xff}).add("a", null).add("z", bytes("2"));
      event.headers().add(DeadLetters.REASON, bytes("FORGED"));
      topics.write(event);
      try (Service service = Service.start(config, Home.locate())) {
        ConsumerRecord<byte[], byte[]> first = letter(topics, 1);
        assertThat(DeadLetters.attempt(first.headers())).hasValue(1);

        CommandLineRun run = topics.run("requeue", first.partition() + ":" + first.offset());
        assertThat(run.exitCode()).as(run.err()).isZero();
        ConsumerRecord<byte[], byte[]> second = letter(topics, 2);

        assertThat(service.lastWords()).isEmpty();
        assertThat(DeadLetters.attempt(second.headers())).hasValue(2);
        for (ConsumerRecord<byte[], byte[]> one :
            List.of(first, topics.read(topics.images()).get(1), second)) {
          assertThat(one.key()).isEqualTo(event.key());
          assertThat(one.value()).isEqualTo(event.value());
          assertThat(DeadLetters.originalHeaders(one.headers()))
              .isEqualTo(DeadLetters.originalHeaders(event.headers()));
        }
        assertThat(DeadLetters.text(second.headers(), DeadLetters.REASON))
            .hasValue("UNDECODABLE_EVENT");
        assertThat(DeadLetters.text(second.headers(), DeadLetters.REQUEUED_FROM))
            .hasValue(topics.deadLetters() + "-" + first.partition() + "@" + first.offset());
        assertThat(DeadLetters.text(second.headers(), DeadLetters.SOURCE_OFFSET)).hasValue("1");
      }
    }
  }

  /** The newest of the dead letters, once there are this many. */
  private static ConsumerRecord<byte[], byte[]> letter(DeadLetterFixture topics, int count) {
    await().atMost(LIMIT).until(() -> topics.read(topics.deadLetters()).size() == count);
    return topics.read(topics.deadLetters()).stream()
        .max(java.util.Comparator.comparing(ConsumerRecord::timestamp))
        .orElseThrow();
  }
}
