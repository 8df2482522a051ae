package io.clipure.stream.app;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka broker inside this process: one combined KRaft node on 127.0.0.1 in a temporary
 * directory, for the demo and for tests. Never for production: no replica, and no security unless
 * asked for.
 *
 * <p><b>Threading</b>: starts Kafka's own threads; use it from one thread.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final int INTERNAL_PARTITIONS = 3;

  private final Path directory;
  private final String bootstrapServers;
  private final KafkaRaftServer server;
  private final Map<String, String> client;

  /**
   * What differs from a plain broker.
   *
   * @param protocol security protocol of the listener, for example SASL_SSL
   * @param broker further broker properties; they win
   * @param client what this class's own clients need to be let in
   */
  public record Options(String protocol, Map<String, String> broker, Map<String, String> client) {
    /** None. */
    public static final Options PLAIN = new Options("PLAINTEXT", Map.of(), Map.of());
  }

  private EmbeddedBroker(
      Path directory, String bootstrapServers, KafkaRaftServer server, Map<String, String> client) {
    this.directory = directory;
    this.bootstrapServers = bootstrapServers;
    this.server = server;
    this.client = Map.copyOf(client);
  }

  /**
   * Starts a broker and waits until it answers.
   *
   * @throws IllegalStateException if it does not within a minute
   */
  public static EmbeddedBroker start() {
    return start(Options.PLAIN);
  }

  /**
   * Starts a broker and waits until it answers.
   *
   * @throws IllegalStateException if it does not within a minute
   */
  public static EmbeddedBroker start(Options options) {
    try {
      Path directory = Files.createTempDirectory("clipure-broker-");
      int[] ports = freePorts(2);
      String bootstrapServers = "127.0.0.1:" + ports[0];
      format(directory);
      KafkaRaftServer server =
          new KafkaRaftServer(
              KafkaConfig.fromProps(config(options, directory, ports[0], ports[1]), false),
              Time.SYSTEM);
      EmbeddedBroker broker =
          new EmbeddedBroker(directory, bootstrapServers, server, options.client());
      try {
        server.startup();
        broker.awaitReady();
        return broker;
      } catch (RuntimeException e) {
        broker.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The embedded broker cannot write its files", e);
    }
  }

  /** Address for clients. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Creates topics and waits until all partitions are led.
   *
   * @param names topic names
   * @param partitions partitions of each
   * @param configs topic configuration of each, for example cleanup.policy
   */
  public void createTopics(Collection<String> names, int partitions, Map<String, String> configs) {
    List<NewTopic> topics =
        names.stream()
            .map(name -> new NewTopic(name, partitions, (short) 1).configs(configs))
            .toList();
    try (Admin admin = admin()) {
      admin.createTopics(topics).all().get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
      // Created is not yet led: a producer that comes too early may never get its first batch in
      // (NOT_LEADER_OR_FOLLOWER, then OUT_OF_ORDER_SEQUENCE_NUMBER for ever). Leaders answer this.
      Map<TopicPartition, OffsetSpec> all = new HashMap<>();
      for (String name : names) {
        for (int partition = 0; partition < partitions; partition++) {
          all.put(new TopicPartition(name, partition), OffsetSpec.latest());
        }
      }
      awaitLeaders(admin, all);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while creating topics " + names, e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("The embedded broker did not create topics " + names, e);
    }
  }

  /** Stops the broker and deletes its files. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Could not delete " + directory + "; delete it by hand", e);
    }
  }

  private Admin admin() {
    Map<String, Object> config = new HashMap<>(client);
    config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return Admin.create(config);
  }

  /** A broker that has not heard of a new topic yet answers that there is none. */
  private static void awaitLeaders(Admin admin, Map<TopicPartition, OffsetSpec> partitions)
      throws InterruptedException, ExecutionException, TimeoutException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        admin.listOffsets(partitions).all().get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadline) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  private void awaitReady() {
    try (Admin admin = admin()) {
      admin.describeCluster().nodes().get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the embedded broker started", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "The embedded broker did not answer at " + bootstrapServers, e);
    }
  }

  private static void format(Path directory) {
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(1)
          .setClusterId(Uuid.randomUuid().toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName("CONTROLLER")
          .addDirectory(directory.toString())
          .setMetadataLogDirectory(directory.toString())
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("The embedded broker cannot format " + directory, e);
    }
  }

  private static Properties config(
      Options options, Path directory, int brokerPort, int controllerPort) {
    String protocol = options.protocol();
    Properties config = new Properties();
    config.put("node.id", "1");
    config.put("process.roles", "broker,controller");
    config.put(
        "listeners",
        protocol + "://127.0.0.1:" + brokerPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
    config.put("advertised.listeners", protocol + "://127.0.0.1:" + brokerPort);
    config.put(
        "listener.security.protocol.map", protocol + ":" + protocol + ",CONTROLLER:PLAINTEXT");
    config.put("inter.broker.listener.name", protocol);
    config.put("controller.listener.names", "CONTROLLER");
    config.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    config.put("log.dirs", directory.toString());
    config.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    config.put("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    config.put("socket.request.max.bytes", Integer.toString(2 * MAX_MESSAGE_BYTES));
    config.put("auto.create.topics.enable", "false");
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("group.coordinator.rebalance.protocols", "classic,consumer,streams");
    config.put("offsets.topic.replication.factor", "1");
    config.put("offsets.topic.num.partitions", Integer.toString(INTERNAL_PARTITIONS));
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("transaction.state.log.num.partitions", Integer.toString(INTERNAL_PARTITIONS));
    config.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");
    options.broker().forEach(config::put);
    return config;
  }

  /** Ports that were free a moment ago; Kafka needs the controller's number before it binds. */
  private static int[] freePorts(int count) throws IOException {
    ServerSocket[] sockets = new ServerSocket[count];
    int[] ports = new int[count];
    try {
      for (int i = 0; i < count; i++) {
        sockets[i] = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        ports[i] = sockets[i].getLocalPort();
      }
      return ports;
    } finally {
      for (ServerSocket socket : sockets) {
        if (socket != null) {
          socket.close();
        }
      }
    }
  }
}
