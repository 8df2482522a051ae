package io.clipure.stream.app;

import static org.awaitility.Awaitility.await;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A broker with a live run on it, for tests of what is made of it afterwards. */
final class Audits implements AutoCloseable {
  private final EmbeddedBroker broker;
  private final Map<String, String> keys = new TreeMap<>();

  private Audits(EmbeddedBroker broker, String registry, Map<String, String> more) {
    this.broker = broker;
    keys.putAll(more);
    keys.put("kafka.bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", registry);
    keys.put("batching.max-batch", "8");
  }

  static Audits start(String registry) {
    return start(registry, Map.of());
  }

  static Audits start(String registry, Map<String, String> more) {
    Map<String, String> properties =
        Map.of(
            "group.min.session.timeout.ms", "1000",
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "500",
            "log.cleaner.backoff.ms", "200");
    return new Audits(
        EmbeddedBroker.start(new EmbeddedBroker.Options("PLAINTEXT", properties, Map.of())),
        registry,
        more);
  }

  AppConfig config(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(keys);
    all.putAll(more);
    return AppConfig.load(List.of(ConfigSource.flags(all)));
  }

  AppConfig config() {
    return config(Map.of());
  }

  /** Command line with the cluster's address. */
  String[] line(String command, String... more) {
    List<String> line = new ArrayList<>(List.of(command));
    keys.forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  CommandLineRun run(String command, String... more) {
    return CommandLineRun.of(line(command, more));
  }

  /** Publishes so many events of the demo's images, and one that is no image at the end. */
  void publish(String topic, int count) throws IOException {
    List<Path> files = BundledImages.files();
    try (ImagePublisher publisher = Clients.publisher(config(), topic)) {
      for (int i = 0; i < count; i++) {
        publisher.send(event("%05d".formatted(i), Files.readAllBytes(files.get(i % files.size()))));
      }
      publisher.send(event("no-image", new byte[] {1, 2, 3, 4}));
      publisher.flush();
    }
  }

  private static ImageEvent event(String id, byte[] image) {
    return ImageEvent.newBuilder()
        .setId(id)
        .setContent(new InlineImage(ByteBuffer.wrap(image)))
        .build();
  }

  /** Labels what is on the images topic by the live service. */
  Map<String, LabelledImage> live(int count, Map<String, String> more) {
    AppConfig config = config(more);
    try (Service service = Service.start(config, Home.locate())) {
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> !service.failed() && labelled(config.topics().labelled()).size() >= count);
    }
    return labelled(config.topics().labelled());
  }

  /** Committed results of a topic by id. */
  Map<String, LabelledImage> labelled(String topic) {
    return labelled(config(), topic);
  }

  /** Committed results of a topic by id. */
  static Map<String, LabelledImage> labelled(AppConfig config, String topic) {
    Map<String, LabelledImage> labelled = new TreeMap<>();
    try (var values = Clients.serdes(config).labelledImage().deserializer()) {
      NewestRecords.each(
          config,
          topic,
          Integer.MAX_VALUE / 8,
          record -> {
            LabelledImage image = values.deserialize(topic, record.headers(), record.value());
            labelled.put(image.getId(), image);
            return true;
          });
    }
    return labelled;
  }

  EmbeddedBroker broker() {
    return broker;
  }

  @Override
  public void close() {
    broker.close();
  }
}
