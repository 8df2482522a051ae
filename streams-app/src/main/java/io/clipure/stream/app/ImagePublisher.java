package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes image events and checks that every one of them was acknowledged.
 *
 * <p><b>Threading</b>: used by one thread; acknowledgements arrive on the producer's own thread.
 */
final class ImagePublisher implements AutoCloseable {
  private final KafkaProducer<String, ImageEvent> producer;
  private final String topic;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicReference<Exception> firstFailure = new AtomicReference<>();

  ImagePublisher(Map<String, Object> clientConfig, Serializer<ImageEvent> values, String topic) {
    Map<String, Object> config = new java.util.HashMap<>(clientConfig);
    config.putIfAbsent(ProducerConfig.ACKS_CONFIG, "all");
    config.putIfAbsent(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 64 << 20);
    config.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 96L << 20);
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
    this.producer = new KafkaProducer<>(config, new StringSerializer(), values);
    this.topic = topic;
  }

  /** Sends one event, keyed by its id; blocks while the producer's buffer is full. */
  void send(ImageEvent event) {
    producer.send(
        new ProducerRecord<>(topic, event.getId(), event),
        (metadata, failure) -> {
          if (failure == null) {
            acknowledged.incrementAndGet();
          } else {
            failed.incrementAndGet();
            firstFailure.compareAndSet(null, failure);
          }
        });
  }

  /** Waits until every event sent so far is acknowledged or has failed. */
  void flush() {
    producer.flush();
  }

  long acknowledged() {
    return acknowledged.get();
  }

  long failed() {
    return failed.get();
  }

  /** The first failure; null if there was none. */
  Exception firstFailure() {
    return firstFailure.get();
  }

  @Override
  public void close() {
    producer.close();
  }
}
