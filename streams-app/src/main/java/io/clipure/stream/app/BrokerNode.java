package io.clipure.stream.app;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One combined KRaft node (broker and controller) of an {@link EmbeddedBroker} in a directory of
 * its own; it can be stopped and started again on its files.
 *
 * <p><b>Threading</b>: starts Kafka's own threads; use a node from one thread at a time.
 */
final class BrokerNode {
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final int INTERNAL_PARTITIONS = 3;

  /**
   * Where a node listens, on 127.0.0.1.
   *
   * @param id node id, from 1
   * @param brokerPort for clients
   * @param controllerPort for the quorum
   */
  record Place(int id, int brokerPort, int controllerPort) {}

  private final Path directory;
  private final Properties config;
  private KafkaRaftServer server;

  /**
   * Formats a new node.
   *
   * @param voters {@code controller.quorum.voters}
   * @param nodes nodes of the cluster, for the replication of internal topics
   * @param options security and further properties
   */
  BrokerNode(
      String clusterId, Place place, String voters, int nodes, EmbeddedBroker.Options options) {
    try {
      this.directory = Files.createTempDirectory("clipure-broker-");
    } catch (IOException e) {
      throw new UncheckedIOException("The embedded broker cannot write its files", e);
    }
    this.config = config(directory, place, voters, nodes, options.protocol());
    config.putAll(options.broker());
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(place.id())
          .setClusterId(clusterId)
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName("CONTROLLER")
          .addDirectory(directory.toString())
          .setMetadataLogDirectory(directory.toString())
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("The embedded broker cannot format " + directory, e);
    }
  }

  /** Starts the node; returns once the quorum has accepted it, so start all nodes at once. */
  void start() {
    server = new KafkaRaftServer(KafkaConfig.fromProps(config, false), Time.SYSTEM);
    server.startup();
  }

  /** Stops the node and keeps its files. */
  void stop() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
      server = null;
    }
  }

  /** Deletes the files of a stopped node. */
  void delete() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Could not delete " + directory + "; delete it by hand", e);
    }
  }

  private static Properties config(
      Path directory, Place place, String voters, int nodes, String protocol) {
    String replicas = Integer.toString(Math.min(3, nodes));
    String inSync = Integer.toString(nodes < 3 ? 1 : 2);
    Properties config = new Properties();
    config.put("node.id", Integer.toString(place.id()));
    config.put("process.roles", "broker,controller");
    config.put(
        "listeners",
        protocol
            + "://127.0.0.1:"
            + place.brokerPort()
            + ",CONTROLLER://127.0.0.1:"
            + place.controllerPort());
    config.put("advertised.listeners", protocol + "://127.0.0.1:" + place.brokerPort());
    config.put(
        "listener.security.protocol.map", protocol + ":" + protocol + ",CONTROLLER:PLAINTEXT");
    config.put("inter.broker.listener.name", protocol);
    config.put("controller.listener.names", "CONTROLLER");
    config.put("controller.quorum.voters", voters);
    config.put("log.dirs", directory.toString());
    config.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    config.put("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    config.put("socket.request.max.bytes", Integer.toString(2 * MAX_MESSAGE_BYTES));
    config.put("auto.create.topics.enable", "false");
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("group.coordinator.rebalance.protocols", "classic,consumer,streams");
    config.put("min.insync.replicas", inSync);
    config.put("offsets.topic.replication.factor", replicas);
    config.put("offsets.topic.num.partitions", Integer.toString(INTERNAL_PARTITIONS));
    config.put("transaction.state.log.replication.factor", replicas);
    config.put("transaction.state.log.min.isr", inSync);
    config.put("transaction.state.log.num.partitions", Integer.toString(INTERNAL_PARTITIONS));
    config.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");
    return config;
  }
}
