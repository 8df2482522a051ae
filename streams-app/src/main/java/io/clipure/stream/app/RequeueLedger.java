package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Which dead letters were sent back: a compacted topic, keyed by the dead-letter topic's name and
 * id, partition and offset. The id keeps a topic that was deleted and made anew from inheriting the
 * entries of the old one.
 *
 * <p><b>Threading</b>: one thread.
 */
final class RequeueLedger {
  private static final int DESCRIBE_ATTEMPTS = 100;
  private static final Duration DESCRIBE_PAUSE = Duration.ofMillis(100);

  private final AppConfig config;
  private final DeadLetterTopic letters;
  private final String name;

  RequeueLedger(AppConfig config, DeadLetterTopic letters) {
    this.config = config;
    this.letters = letters;
    this.name = config.topics().deadLetterRequeued();
  }

  String name() {
    return name;
  }

  /**
   * Makes the topic if it is not there, with one partition and the dead-letter topic's replication.
   *
   * @return whether it was made
   * @throws RefusedException if it is there and may forget entries, or cannot be made
   */
  boolean ensure() {
    if (letters.describe(name).isPresent()) {
      requireMemory();
      return false;
    }
    NewTopic topic =
        new NewTopic(name, 1, letters.replication())
            .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    try {
      letters.admin().createTopics(List.of(topic)).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted", e);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new RefusedException(
            "topic "
                + name
                + " is missing and cannot be made: "
                + e.getCause().getMessage()
                + "; make it with one partition and cleanup.policy=compact",
            e);
      }
    }
    awaitDescribed();
    return true;
  }

  /** A topic that was made is known everywhere a moment later. */
  private void awaitDescribed() {
    for (int attempt = 0; letters.describe(name).isEmpty(); attempt++) {
      if (attempt == DESCRIBE_ATTEMPTS) {
        throw new RefusedException("topic " + name + " was made and is not there; run it again");
      }
      LockSupport.parkNanos(DESCRIBE_PAUSE.toNanos());
    }
  }

  private void requireMemory() {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    String policy =
        DeadLetterTopic.await(
                config, letters.admin().describeConfigs(List.of(resource)).values().get(resource))
            .get(TopicConfig.CLEANUP_POLICY_CONFIG)
            .value();
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw new RefusedException(
          "topic "
              + name
              + " has cleanup.policy="
              + policy
              + ", expected compact: it would forget what was sent back, and events would be sent"
              + " twice; set it, or another topic as topics.dead-letter-requeued");
    }
  }

  /** Positions sent back so far; none if there is no ledger. */
  Set<Position> read() {
    Set<Position> requeued = new HashSet<>();
    letters.each(
        name,
        Optional.empty(),
        entry -> {
          Optional<Position> position = position(entry.key());
          if (entry.value() == null) {
            position.ifPresent(requeued::remove);
          } else {
            position.ifPresent(requeued::add);
          }
        });
    return requeued;
  }

  /** What is written in the transaction that sends the letter back. */
  ProducerRecord<byte[], byte[]> entry(Position position, String target, long atMillis) {
    return new ProducerRecord<>(
        name,
        (prefix() + position).getBytes(StandardCharsets.UTF_8),
        ("to=" + target + " at=" + atMillis).getBytes(StandardCharsets.UTF_8));
  }

  private String prefix() {
    return letters.name() + "/" + letters.id() + "/";
  }

  private Optional<Position> position(byte[] key) {
    String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
    if (!text.startsWith(prefix())) {
      return Optional.empty();
    }
    try {
      return Optional.of(Position.parse(text.substring(prefix().length())));
    } catch (RefusedException e) {
      throw new RefusedException(
          "topic "
              + name
              + " holds an entry that is not ours: '"
              + SafeText.cut(SafeText.of(text), 100)
              + "'; set topics.dead-letter-requeued to a topic of its own",
          e);
    }
  }
}
