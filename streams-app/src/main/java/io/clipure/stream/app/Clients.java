package io.clipure.stream.app;

import io.clipure.schemas.ConfluentSerdes;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelSet;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.ReviewDecision;
import io.clipure.stream.config.AppConfig;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Every Kafka client and serde of the commands is made here, so that the security settings of a
 * configuration reach all of them; the service's own are Kafka Streams' and get every {@code
 * kafka.*} key.
 *
 * <p>As in Kafka Streams, a key with the prefix of a kind of client is for that kind and wins, a
 * key that a kind knows is for all that know it, and a key nobody knows (a login module's, an
 * interceptor's, an SSL engine factory's) is for all.
 */
final class Clients {
  /** A kind of client: the prefix of keys that are only for it, and the keys it knows. */
  private enum Kind {
    ADMIN("admin.", AdminClientConfig.configNames()),
    PRODUCER("producer.", ProducerConfig.configNames()),
    CONSUMER("consumer.", ConsumerConfig.configNames());

    private final String prefix;
    private final Set<String> names;

    Kind(String prefix, Set<String> names) {
      this.prefix = prefix;
      this.names = names;
    }

    boolean takes(String key) {
      return names.contains(key)
          || (PREFIXES.stream().noneMatch(key::startsWith)
              && !STREAMS.contains(key)
              && Arrays.stream(values()).noneMatch(kind -> kind.names.contains(key)));
    }
  }

  /** Of keys that are for one kind of client, for topics, or for one of Streams' consumers. */
  private static final List<String> PREFIXES =
      List.of(
          "admin.",
          "producer.",
          "consumer.",
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "topic.");

  private static final Set<String> STREAMS = StreamsConfig.configDef().names();

  /** Would make a command a member of the service's group, or fence its producers. */
  private static final Set<String> IDENTITIES =
      Set.of(
          ConsumerConfig.GROUP_ID_CONFIG,
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.GROUP_PROTOCOL_CONFIG,
          ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG,
          ProducerConfig.TRANSACTIONAL_ID_CONFIG);

  private static final String SASL = "sasl.";

  /** The three record formats. */
  record Serdes(
      Serde<ImageEvent> imageEvent, Serde<LabelledImage> labelledImage, Serde<LabelSet> labelSet) {}

  private Clients() {}

  /** What an admin client takes of a configuration. */
  static Map<String, Object> adminConfig(AppConfig config) {
    return config(config, Kind.ADMIN);
  }

  /** What a producer takes of a configuration. */
  static Map<String, Object> producerConfig(AppConfig config) {
    return config(config, Kind.PRODUCER);
  }

  /** What a consumer takes of a configuration. */
  static Map<String, Object> consumerConfig(AppConfig config) {
    return config(config, Kind.CONSUMER);
  }

  private static Map<String, Object> config(AppConfig config, Kind kind) {
    Map<String, String> all = config.stream().client().values();
    Map<String, Object> client = new HashMap<>();
    all.forEach(
        (key, value) -> {
          if (kind.takes(key)) {
            client.put(key, value);
          }
        });
    all.forEach(
        (key, value) -> {
          if (key.startsWith(kind.prefix)) {
            client.put(key.substring(kind.prefix.length()), value);
          }
        });
    client.keySet().removeAll(IDENTITIES);
    client.put(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        config.stream().bootstrapServers().orElseThrow());
    return client;
  }

  /**
   * An admin client.
   *
   * @throws RefusedException if a client key is malformed or names what is not there
   */
  static Admin admin(AppConfig config) {
    return make(config, () -> Admin.create(adminConfig(config)));
  }

  /**
   * A producer.
   *
   * @param settings win over those of the configuration
   * @throws RefusedException as {@link #admin}
   */
  static <K, V> Producer<K, V> producer(
      AppConfig config, Map<String, Object> settings, Serializer<K> keys, Serializer<V> values) {
    Map<String, Object> client = producerConfig(config);
    client.putAll(settings);
    return make(config, () -> new KafkaProducer<>(client, keys, values));
  }

  /**
   * A consumer.
   *
   * @param settings win over those of the configuration
   * @throws RefusedException as {@link #admin}
   */
  static <K, V> Consumer<K, V> consumer(
      AppConfig config,
      Map<String, Object> settings,
      Deserializer<K> keys,
      Deserializer<V> values) {
    Map<String, Object> client = consumerConfig(config);
    client.putAll(settings);
    return make(config, () -> new KafkaConsumer<>(client, keys, values));
  }

  /**
   * The serdes. Credentials that the registry client is told to inherit are Kafka's.
   *
   * @throws RefusedException as {@link #admin}
   */
  static Serdes serdes(AppConfig config) {
    Map<String, String> registry = registryConfig(config);
    return make(
        config,
        () ->
            new Serdes(
                ConfluentSerdes.imageEvent(registry),
                ConfluentSerdes.labelledImage(registry),
                ConfluentSerdes.labelSet(registry)));
  }

  /**
   * The serde of the reviews topic.
   *
   * @throws RefusedException as {@link #admin}
   */
  static Serde<ReviewDecision> reviews(AppConfig config) {
    Map<String, String> registry = registryConfig(config);
    return make(config, () -> ConfluentSerdes.reviewDecision(registry));
  }

  private static Map<String, String> registryConfig(AppConfig config) {
    Map<String, String> registry = new HashMap<>(config.registry().serdeProperties());
    config.stream()
        .client()
        .values()
        .forEach(
            (key, value) -> {
              if (key.startsWith(SASL)) {
                registry.put(key, value);
              }
            });
    return registry;
  }

  /** A publisher to the images topic. */
  static ImagePublisher publisher(AppConfig config) {
    return publisher(config, config.topics().images());
  }

  /** A publisher to any topic of image events. */
  static ImagePublisher publisher(AppConfig config, String topic) {
    Serializer<ImageEvent> values = serdes(config).imageEvent().serializer();
    return make(config, () -> new ImagePublisher(producerConfig(config), values, topic));
  }

  /**
   * Makes a client or something that holds clients.
   *
   * @throws RefusedException what Kafka says against the configuration, without its secrets; the
   *     exception itself is not kept: its message may hold the value it complains about
   */
  static <T> T make(AppConfig config, Supplier<T> maker) {
    try {
      return maker.get();
    } catch (RuntimeException e) {
      // Confluent's client throws plain ones.
      if (!(e instanceof KafkaException || e.getClass() == RuntimeException.class)) {
        throw e;
      }
      throw new RefusedException(
          config.redact("the Kafka or registry client cannot be made: " + reasons(e))
              + "; check the kafka.*, schema.registry.*, basic.auth.* and bearer.auth.* keys");
    }
  }

  /** What a command says when the cluster turns it away or does not answer. */
  static RefusedException refused(AppConfig config, Throwable failure) {
    boolean turnedAway =
        failure instanceof AuthenticationException || failure instanceof AuthorizationException;
    return new RefusedException(
        config.redact(
            "the cluster at kafka.bootstrap.servers="
                + config.stream().bootstrapServers().orElse("")
                + (turnedAway ? " turned this client away: " : " did not answer: ")
                + reasons(failure)
                + "; check the address and the kafka.* security settings"));
  }

  /** One line: an exception and what caused it, outermost first, each message once. */
  static String reasons(Throwable failure) {
    StringBuilder line = new StringBuilder();
    for (Throwable one = failure; one != null; one = one.getCause()) {
      String message = one.getMessage();
      String said =
          message == null || message.isBlank()
              ? one.getClass().getSimpleName()
              : message.strip().replaceAll("\\s*\\R\\s*", " ");
      if (line.indexOf(said) < 0) {
        line.append(line.isEmpty() ? "" : ": ").append(said);
      }
    }
    return line.toString();
  }
}
