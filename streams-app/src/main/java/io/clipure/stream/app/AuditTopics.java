package io.clipure.stream.app;

import io.clipure.stream.audit.Answers;
import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.plan.OutputTopics;
import io.clipure.stream.config.AppConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** The output topics of an audit. */
final class AuditTopics {
  /** What a dead letter or a result has more than its event. */
  private static final long MORE_BYTES = 1 << 20;

  private static final int ATTEMPTS = 100;
  private static final long PAUSE_MILLIS = 100;

  private AuditTopics() {}

  /**
   * Outputs of a new plan may be there, but must be empty of others' records.
   *
   * @throws RefusedException naming topics that are in use
   */
  static void requireUnused(AppConfig config, Admin admin, OutputTopics outputs) {
    Set<String> there = Answers.of("the list of topics", admin.listTopics().names());
    List<String> used = new ArrayList<>();
    for (String topic : outputs.all()) {
      if (there.contains(topic) && holdsRecords(config, topic)) {
        used.add(topic);
      }
    }
    if (!used.isEmpty()) {
      throw new RefusedException(
          "topics that a new audit would write to hold records already: "
              + String.join(", ", used)
              + "; give another --output-prefix, resume that audit with its --plan, or delete them");
    }
  }

  private static boolean holdsRecords(AppConfig config, String topic) {
    try (var consumer = AuditClients.consumer(config)) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new org.apache.kafka.common.TopicPartition(topic, info.partition()))
              .toList();
      return consumer.endOffsets(partitions).values().stream().anyMatch(end -> end > 0);
    }
  }

  /**
   * Makes the outputs that are missing: as many partitions as the source, the cluster's default
   * replication, kept until somebody deletes them.
   *
   * @throws RefusedException if the cluster does not let this client make them
   */
  static void ensure(Admin admin, AuditPlan plan) throws InterruptedException {
    String source = plan.source().topic();
    int partitions =
        Answers.of(
                "topic " + source,
                admin.describeTopics(List.of(source)).topicNameValues().get(source))
            .partitions()
            .size();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, source);
    long sourceBytes =
        Long.parseLong(
            Answers.of(
                    "the configuration of topic " + source,
                    admin.describeConfigs(List.of(resource)).values().get(resource))
                .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                .value());
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    settings.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
    settings.put(
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        Long.toString(Math.min(Integer.MAX_VALUE, sourceBytes + MORE_BYTES)));
    Set<String> there = Answers.of("the list of topics", admin.listTopics().names());
    List<NewTopic> missing =
        plan.outputs().all().stream()
            .filter(topic -> !there.contains(topic))
            .map(
                topic ->
                    new NewTopic(topic, Optional.of(partitions), Optional.empty())
                        .configs(settings))
            .toList();
    for (KafkaFuture<Void> made : admin.createTopics(missing).values().values()) {
      try {
        Answers.orRefusal("making the output topics", made);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new RefusedException(
              "the output topics "
                  + String.join(", ", plan.outputs().all())
                  + " cannot be made: "
                  + Clients.reasons(e.getCause())
                  + "; make them with "
                  + partitions
                  + " partitions each",
              e);
        }
      }
    }
    awaitDescribed(admin, plan.outputs());
  }

  /** A topic that was made is known everywhere a moment later. */
  private static void awaitDescribed(Admin admin, OutputTopics outputs)
      throws InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try {
        Answers.orRefusal("the output topics", admin.describeTopics(outputs.all()).allTopicNames());
        return;
      } catch (ExecutionException e) {
        if (attempt == ATTEMPTS) {
          throw Answers.refused("the output topics", e.getCause());
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }
}
