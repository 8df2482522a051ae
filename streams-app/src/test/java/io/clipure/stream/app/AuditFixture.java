package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.range.Point;
import io.clipure.stream.audit.range.RangePlanner;
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
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** An embedded broker with topics, and verdicts on the bundled images that the service wrote. */
final class AuditFixture implements AutoCloseable {
  private final EmbeddedBroker broker = EmbeddedBroker.start();
  private final Map<String, String> keys = new HashMap<>();
  final AppConfig config;

  /** Starts the broker; the service writes embeddings. */
  AuditFixture(Map<String, String> more) {
    keys.put("kafka.bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", "mock://" + UUID.randomUUID());
    keys.put("stream.store-embedding", "true");
    keys.putAll(more);
    config = AppConfig.load(List.of(ConfigSource.flags(keys)));
    TopicSetup.create(broker, config, 2);
  }

  /** The first bundled images, by the id they are published under. */
  static Map<String, Path> images(int count) {
    Map<String, Path> images = new TreeMap<>();
    BundledImages.files().stream()
        .limit(count)
        .forEach(file -> images.put(file.getFileName().toString(), file));
    return images;
  }

  /** A label set of four: compiling all of the demo's would take most of a test's time. */
  static Path fewLabels(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("few.yaml"),
        """
        name: few
        labels:
          - {id: pistol, name: Pistol, group: weapons, action: BLOCK, threshold: 0.25, prompts: [pistol]}
          - {id: pill, name: Pill, group: drugs, action: REVIEW, prompts: [pill]}
          - {id: dog, name: Dog, group: safe, action: ALLOW, prompts: [dog face]}
          - {id: ball, name: Ball, group: safe, action: ALLOW, prompts: [basketball]}
        """);
  }

  void publish(Map<String, Path> images) throws IOException {
    try (ImagePublisher publisher = Clients.publisher(config)) {
      for (Map.Entry<String, Path> image : images.entrySet()) {
        byte[] bytes = Files.readAllBytes(image.getValue());
        publisher.send(
            ImageEvent.newBuilder()
                .setId(image.getKey())
                .setContent(new InlineImage(ByteBuffer.wrap(bytes)))
                .build());
      }
      publisher.flush();
      assertThat(publisher.acknowledged()).isEqualTo(images.size());
    }
  }

  /** Runs the service until it has written so many verdicts; returns them by id. */
  Map<String, LabelledImage> label(int count) {
    return label(count, Duration.ofSeconds(120));
  }

  /** The same, for many. */
  Map<String, LabelledImage> label(int count, Duration patience) {
    Map<String, LabelledImage> labelled = new TreeMap<>();
    try (Service service = Service.start(config, Home.locate());
        OutputReader outputs = new OutputReader(config)) {
      await()
          .atMost(patience)
          .until(
              () -> {
                outputs.poll(
                    Duration.ofMillis(100),
                    output -> {
                      if (output.topic() == Account.Topic.LABELLED) {
                        labelled.put(output.id(), output.labelled());
                      }
                    });
                return labelled.size() == count;
              });
      assertThat(service.stop()).isTrue();
    }
    return labelled;
  }

  /** Writes a verdict of the test's own; returns where it stands, PARTITION:OFFSET. */
  String write(LabelledImage verdict) throws Exception {
    try (Producer<String, LabelledImage> producer =
        Clients.producer(
            config,
            Map.of(),
            new StringSerializer(),
            Clients.serdes(config).labelledImage().serializer())) {
      RecordMetadata at =
          producer
              .send(new ProducerRecord<>(config.topics().labelled(), verdict.getId(), verdict))
              .get();
      return at.partition() + ":" + at.offset();
    }
  }

  /** Where the verdicts end now, as an end of a range. */
  String ends() {
    try (Admin admin = Clients.admin(config)) {
      return new RangePlanner()
              .plan(admin, config.topics().labelled(), new Point.Earliest(), new Point.Latest())
              .partitions()
              .stream()
              .map(part -> part.partition() + ":" + part.end())
              .collect(Collectors.joining(","));
    }
  }

  EmbeddedBroker broker() {
    return broker;
  }

  /** Runs a command on these topics. */
  CommandLineRun run(String... args) {
    List<String> line = new ArrayList<>(List.of(args));
    keys.forEach(
        (key, value) -> {
          if (line.stream().noneMatch(arg -> arg.startsWith(key + "="))) {
            line.addAll(List.of("--set", key + "=" + value));
          }
        });
    return CommandLineRun.of(line.toArray(String[]::new));
  }

  @Override
  public void close() {
    broker.close();
  }
}
