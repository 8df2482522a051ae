package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.TopicConfig;

/** The service's topics on a broker. */
final class TopicSetup {
  private TopicSetup() {}

  /** Creates every topic on the demo's own broker. */
  static void create(EmbeddedBroker broker, AppConfig config, int partitions) {
    create(broker, config, partitions, Map.of());
  }

  /** The same, with more topic settings for all but the label sets. */
  static void create(
      EmbeddedBroker broker, AppConfig config, int partitions, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(64 << 20));
    broker.createTopics(inputsAndOutputs(config), partitions, settings);
    broker.createTopics(
        List.of(config.topics().labelSets()),
        1,
        Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
  }

  /**
   * Checks that every topic exists on the user's cluster.
   *
   * @throws RefusedException naming the missing topics, or the cluster that does not answer
   */
  static void require(AppConfig config) throws InterruptedException {
    Set<String> missing = new TreeSet<>(inputsAndOutputs(config));
    missing.add(config.topics().labelSets());
    try (Admin admin = Clients.admin(config)) {
      missing.removeAll(admin.listTopics().names().get());
    } catch (ExecutionException e) {
      throw Clients.refused(config, e.getCause());
    }
    if (!missing.isEmpty()) {
      throw new RefusedException(
          "missing topics on "
              + config.stream().bootstrapServers().orElse("")
              + ": "
              + String.join(", ", missing)
              + "; create them ("
              + config.topics().labelSets()
              + " with cleanup.policy=compact) or set the topics.* keys");
    }
  }

  private static List<String> inputsAndOutputs(AppConfig config) {
    List<String> topics =
        new ArrayList<>(
            List.of(
                config.topics().images(),
                config.topics().labelled(),
                config.topics().lowConfidence(),
                config.topics().adversarial(),
                config.topics().deadLetter()));
    config.topics().backfill().ifPresent(topics::add);
    if (config.candidate().isPresent()) {
      topics.add(config.topics().shadow());
      topics.add(config.topics().shadowDeadLetter());
    }
    return topics;
  }
}
