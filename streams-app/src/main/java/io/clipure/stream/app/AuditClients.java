package io.clipure.stream.app;

import io.clipure.stream.audit.range.RangeReader;
import io.clipure.stream.config.AppConfig;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Consumers that audits read ranges with. */
final class AuditClients {
  /** Whole images may come: what is fetched at a time is bounded, as is what is handed over. */
  private static final int FETCH_BYTES = 16 << 20;

  private AuditClients() {}

  /**
   * A consumer for {@link RangeReader}; the caller closes it.
   *
   * @throws RefusedException as {@link Clients#admin}
   */
  static Consumer<byte[], byte[]> consumer(AppConfig config) {
    Map<String, Object> settings = new HashMap<>(RangeReader.consumerSettings());
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    return Clients.consumer(
        config, settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
