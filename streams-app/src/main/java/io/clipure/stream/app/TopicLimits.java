package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.topology.RecordLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the cluster how large the records of the output topics may be. */
final class TopicLimits {
  private static final Logger LOG = LoggerFactory.getLogger(TopicLimits.class);
  private static final long PATIENCE_SECONDS = 20;

  private TopicLimits() {}

  /**
   * The limits now; a change on the cluster counts after a restart. Where the cluster does not tell
   * (the right to describe topic configurations may be missing), the service runs without: a record
   * that is refused then costs a restart of its stream thread before it is dead-lettered.
   */
  static RecordLimits fetch(AppConfig config) {
    return fetch(
        config,
        List.of(
            config.topics().labelled(),
            config.topics().lowConfidence(),
            config.topics().adversarial()),
        config.topics().deadLetter());
  }

  /** The same of other topics. */
  static RecordLimits fetch(AppConfig config, List<String> results, String deadLetter) {
    List<String> topics = new ArrayList<>(results);
    topics.add(deadLetter);
    try (Admin admin = Clients.admin(config)) {
      Map<ConfigResource, Config> configs =
          admin
              .describeConfigs(topics.stream().map(TopicLimits::resource).toList())
              .all()
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      warnOfCompaction(deadLetter, configs.get(resource(deadLetter)));
      return new RecordLimits(
          results.stream().mapToInt(topic -> maxBytes(configs, topic)).min().orElseThrow(),
          maxBytes(configs, deadLetter));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return RecordLimits.UNKNOWN;
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn(
          "The cluster does not tell the max.message.bytes of {}: {}; allow DescribeConfigs on them,"
              + " so that records too large for them are known before they are sent",
          topics,
          e.getCause() == null ? "no answer" : e.getCause().getMessage());
      return RecordLimits.UNKNOWN;
    }
  }

  private static void warnOfCompaction(String topic, Config config) {
    String policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
    if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      LOG.warn(
          "Topic {} has cleanup.policy={}: of dead letters with one key the broker keeps the newest"
              + " only; set cleanup.policy=delete",
          topic,
          policy);
    }
  }

  private static int maxBytes(Map<ConfigResource, Config> configs, String topic) {
    return Integer.parseInt(
        configs.get(resource(topic)).get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }
}
