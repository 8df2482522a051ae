package io.clipure.stream.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;

/**
 * A real Kafka cluster inside this process: combined KRaft nodes on 127.0.0.1 in temporary
 * directories, one for the demo and tests, three where brokers are to fail. Never for production:
 * no security unless asked for.
 *
 * <p><b>Threading</b>: starts Kafka's own threads; use it from one thread.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final List<BrokerNode> nodes;
  private final String bootstrapServers;

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
      List<BrokerNode> nodes, String bootstrapServers, Map<String, String> client) {
    this.nodes = nodes;
    this.bootstrapServers = bootstrapServers;
    this.client = Map.copyOf(client);
  }

  /**
   * Starts a single node and waits until it answers.
   *
   * @throws IllegalStateException if it does not within a minute
   */
  public static EmbeddedBroker start() {
    return start(Options.PLAIN);
  }

  /**
   * Starts a single node and waits until it answers.
   *
   * @throws IllegalStateException if it does not within a minute
   */
  public static EmbeddedBroker start(Options options) {
    return start(1, options);
  }

  /**
   * Starts a cluster and waits until it answers. Topics have up to three replicas, of which two
   * must be in sync where there are three.
   *
   * @param count nodes
   * @throws IllegalStateException if it does not within a minute
   */
  public static EmbeddedBroker start(int count, Options options) {
    int[] ports = freePorts(2 * count);
    List<BrokerNode.Place> places =
        IntStream.range(0, count)
            .mapToObj(i -> new BrokerNode.Place(i + 1, ports[2 * i], ports[2 * i + 1]))
            .toList();
    String voters =
        places.stream()
            .map(place -> place.id() + "@127.0.0.1:" + place.controllerPort())
            .collect(Collectors.joining(","));
    String clusterId = Uuid.randomUuid().toString();
    List<BrokerNode> nodes = new ArrayList<>();
    EmbeddedBroker broker =
        new EmbeddedBroker(
            nodes,
            places.stream()
                .map(place -> "127.0.0.1:" + place.brokerPort())
                .collect(Collectors.joining(",")),
            options.client());
    try {
      places.forEach(place -> nodes.add(new BrokerNode(clusterId, place, voters, count, options)));
      atOnce(nodes, BrokerNode::start);
      broker.awaitReady();
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
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
            .map(
                name ->
                    new NewTopic(name, partitions, (short) Math.min(3, nodes.size()))
                        .configs(configs))
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

  /** Number of nodes, running or stopped. */
  public int nodes() {
    return nodes.size();
  }

  /** Stops one node, from 0, and keeps its files. */
  public void stopNode(int index) {
    nodes.get(index).stop();
  }

  /** Starts a stopped node again; returns once the quorum has accepted it. */
  public void startNode(int index) {
    nodes.get(index).start();
  }

  /** Stops all nodes and deletes their files. */
  @Override
  public void close() {
    atOnce(nodes, BrokerNode::stop);
    nodes.forEach(BrokerNode::delete);
  }

  /** Nodes wait for one another while they start and stop. */
  private static void atOnce(List<BrokerNode> nodes, Consumer<BrokerNode> action) {
    CompletableFuture<?>[] actions =
        nodes.stream()
            .map(
                node ->
                    CompletableFuture.runAsync(
                        () -> action.accept(node), run -> new Thread(run, "embedded-node").start()))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(actions).join();
  }

  private Admin admin() {
    Map<String, Object> config = new HashMap<>(client);
    config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return Admin.create(config);
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

  /** Ports that were free a moment ago; Kafka needs the controller's number before it binds. */
  private static int[] freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      try {
        for (int i = 0; i < count; i++) {
          sockets.add(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
        }
        return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
      } finally {
        for (ServerSocket socket : sockets) {
          socket.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The embedded broker found no free port on 127.0.0.1", e);
    }
  }
}
