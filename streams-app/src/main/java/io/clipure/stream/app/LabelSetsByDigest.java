package io.clipure.stream.app;

import io.clipure.schemas.RegistryFailures;
import io.clipure.stream.audit.AuditException;
import io.clipure.stream.audit.range.Point;
import io.clipure.stream.audit.range.RangePlanner;
import io.clipure.stream.audit.range.RangeReader;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.audit.store.ContentStore;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetException;
import io.clipure.stream.policy.LabelSetYaml;
import io.clipure.stream.policy.LabelSets;
import io.clipure.stream.topology.LabelSetRecords;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Label sets by digest: the configured one, those of the stores, then every one that the label-sets
 * topic still holds, older versions too until compaction takes them.
 *
 * <p><b>Threading</b>: one thread.
 */
final class LabelSetsByDigest {
  private static final Duration POLL = Duration.ofMillis(200);

  private final AppConfig config;
  private final List<ContentStore> stores;
  private final LabelSet configured;
  private final RememberedFew<String, Optional<LabelSet>> known =
      new RememberedFew<>(64, set -> {});

  LabelSetsByDigest(AppConfig config, Home home, List<ContentStore> stores) {
    this.config = config;
    this.stores = stores;
    this.configured = LabelSetYaml.load(config.policy().labels().orElseGet(home::demoLabels));
  }

  /**
   * The label set with this digest, if it is anywhere.
   *
   * @throws RefusedException if the cluster does not answer
   */
  Optional<LabelSet> find(String digest) {
    return known.get(digest, this::look);
  }

  private Optional<LabelSet> look(String digest) {
    if (configured.digest().equals(digest)) {
      return Optional.of(configured);
    }
    for (ContentStore store : stores) {
      Optional<LabelSet> stored = store.labelSet(digest);
      if (stored.isPresent()) {
        return stored;
      }
    }
    return config.stream().bootstrapServers().isPresent() ? published(digest) : Optional.empty();
  }

  private Optional<LabelSet> published(String digest) {
    LabelSet[] found = new LabelSet[1];
    each(
        config,
        set -> {
          if (set.digest().equals(digest)) {
            found[0] = set;
          }
          return found[0] == null;
        });
    return Optional.ofNullable(found[0]);
  }

  /**
   * Hands over the sound label sets of the label-sets topic, oldest first, until the sink has
   * enough; a topic that is not there has none.
   */
  static void each(AppConfig config, Predicate<LabelSet> sink) {
    try (Admin admin = Clients.admin(config);
        Consumer<byte[], byte[]> consumer =
            Clients.consumer(
                config,
                RangeReader.consumerSettings(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        Deserializer<io.clipure.schemas.LabelSet> records =
            Clients.serdes(config).labelSet().deserializer()) {
      Optional<TopicRange> range = range(config, admin);
      if (range.isEmpty()) {
        return;
      }
      RangeReader reader = new RangeReader(consumer, range.get());
      while (!reader.finished()) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
          Optional<LabelSet> set = sound(config, records, record);
          if (set.isPresent() && !sink.test(set.get())) {
            return;
          }
        }
      }
    }
  }

  private static Optional<TopicRange> range(AppConfig config, Admin admin) {
    try {
      return Optional.of(
          new RangePlanner()
              .plan(admin, config.topics().labelSets(), new Point.Earliest(), new Point.Latest()));
    } catch (AuditException e) {
      if (e.getMessage().contains("does not exist")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Optional<LabelSet> sound(
      AppConfig config,
      Deserializer<io.clipure.schemas.LabelSet> records,
      ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.ofNullable(
              records.deserialize(record.topic(), record.headers(), record.value()))
          .map(LabelSetRecords::fromRecord)
          .map(LabelSets::verified);
    } catch (LabelSetException e) {
      return Optional.empty(); // The service kept it out too.
    } catch (SerializationException e) {
      if (RegistryFailures.isOutage(e)) {
        throw Clients.refused(config, e);
      }
      return Optional.empty();
    }
  }
}
