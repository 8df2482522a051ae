package io.clipure.stream.app.chaos;

import io.clipure.stream.app.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/** What all container tests share: the built image, a network, a broker and a schema registry. */
final class Stage implements AutoCloseable {
  static final int PARTITIONS = 4;

  private static final String BROKER = "broker:19092";
  private static final String REGISTRY = "registry";
  private static final int REGISTRY_PORT = 8080;
  private static final String CONFLUENT = "/apis/ccompat/v7";
  private static final int DIFFERENT_IMAGES = 48;
  private static final Duration START = Duration.ofMinutes(3);

  private final BuiltImage image;
  private final Network network = Network.newNetwork();
  private final KafkaContainer broker;
  private final GenericContainer<?> registry;

  /** Builds the image and starts broker and registry. */
  Stage(TestedImages images) {
    image = BuiltImage.build();
    broker =
        new KafkaContainer(images.broker())
            .withNetwork(network)
            .withListener(BROKER)
            .withEnv("KAFKA_HEAP_OPTS", "-Xms256m -Xmx512m")
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withStartupTimeout(START);
    Timing.broker()
        .forEach(
            (key, value) ->
                broker.withEnv("KAFKA_" + key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
    registry =
        new GenericContainer<>(DockerImageName.parse(images.registry()))
            .withNetwork(network)
            .withNetworkAliases(REGISTRY)
            .withExposedPorts(REGISTRY_PORT)
            .waitingFor(Wait.forHttp(CONFLUENT + "/subjects").withStartupTimeout(START));
    long started = System.nanoTime();
    Startables.deepStart(broker, registry).join();
    say("broker   " + images.describe(images.broker()));
    say("registry " + images.describe(images.registry()));
    say("base     " + images.describe(images.base()));
    say(
        "tested   %s (built from target/ in %.1f s, %s)"
            .formatted(BuiltImage.NAME, image.seconds(), image.id().substring(0, 19)));
    say("broker and registry were up in %.1f s".formatted((System.nanoTime() - started) / 1e9));
  }

  /** A line of the build's log: that these tests ran, and on what. */
  static void say(String line) {
    System.out.println("containers: " + line);
  }

  BuiltImage image() {
    return image;
  }

  /** For clients outside of the network. */
  String bootstrapServers() {
    return broker.getBootstrapServers();
  }

  /** The same of the registry. */
  String registryUrl() {
    return "http://%s:%d%s"
        .formatted(registry.getHost(), registry.getMappedPort(REGISTRY_PORT), CONFLUENT);
  }

  /** Creates a scenario's topics. */
  void createTopics(Names names) {
    List<NewTopic> topics = new ArrayList<>();
    names.streams().forEach(name -> topics.add(new NewTopic(name, PARTITIONS, (short) 1)));
    topics.add(
        new NewTopic(names.labelSets(), 1, (short) 1).configs(Map.of("cleanup.policy", "compact")));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      admin.createTopics(topics).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("no topics", e.getCause());
    }
  }

  /** A container of the service that is not started yet. */
  ServiceContainer service(String name, Names names) {
    Map<String, String> keys = new TreeMap<>(Timing.service());
    keys.putAll(names.keys());
    keys.put("kafka.bootstrap.servers", BROKER);
    keys.put("schema.registry.url", "http://" + REGISTRY + ":" + REGISTRY_PORT + CONFLUENT);
    keys.put("stream.processing-guarantee", Variant.Guarantee.EXACTLY_ONCE_V2.id());
    // Containers with keys of their own would draw views of their own.
    keys.put("suspicion.views", "none");
    keys.put("batching.max-in-flight", "64");
    keys.put("batching.per-task-in-flight", "32");
    return new ServiceContainer(name, image, network, keys);
  }

  /** The demo's first images. */
  static List<Path> demoImages() {
    Path folder = Home.locate().directory().resolve("demo/images");
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().limit(DIFFERENT_IMAGES).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's images are not beside the program", e);
    }
  }

  @Override
  public void close() {
    registry.stop();
    broker.stop();
    network.close();
  }
}
