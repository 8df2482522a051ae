package io.clipure.stream.audit.account;

import io.clipure.stream.audit.Answers;
import io.clipure.stream.audit.AuditException;
import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.range.PartitionRange;
import io.clipure.stream.audit.range.Point;
import io.clipure.stream.audit.range.RangePlanner;
import io.clipure.stream.audit.range.RangeReader;
import io.clipure.stream.audit.range.TopicRange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Draws up the account of a finished audit from its output topics, and looks into the source where
 * an offset came out nowhere.
 *
 * <p><b>Threading</b>: one thread.
 */
public final class Accountant {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Admin admin;
  private final Supplier<Consumer<byte[], byte[]>> consumers;

  /**
   * Creates the accountant.
   *
   * @param admin asked; not closed
   * @param consumers makes consumers with {@link RangeReader#consumerSettings}; each is closed here
   */
  public Accountant(Admin admin, Supplier<Consumer<byte[], byte[]>> consumers) {
    this.admin = admin;
    this.consumers = consumers;
  }

  /**
   * Whether no transaction is open on the outputs: results of a killed instance are hidden, and
   * hide what follows them, until its transaction is aborted.
   */
  public boolean settled(AuditPlan plan) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    Answers.of("output topics", admin.describeTopics(plan.outputs().all()).allTopicNames())
        .forEach(
            (name, topic) ->
                topic
                    .partitions()
                    .forEach(
                        info ->
                            question.put(
                                new TopicPartition(name, info.partition()), OffsetSpec.latest())));
    return ends(question, IsolationLevel.READ_COMMITTED)
        .equals(ends(question, IsolationLevel.READ_UNCOMMITTED));
  }

  private Map<TopicPartition, Long> ends(
      Map<TopicPartition, OffsetSpec> question, IsolationLevel isolation) {
    Map<TopicPartition, ListOffsetsResultInfo> answer =
        Answers.of(
            "ends of the output topics",
            admin.listOffsets(question, new ListOffsetsOptions(isolation)).all());
    Map<TopicPartition, Long> ends = new HashMap<>();
    answer.forEach((at, info) -> ends.put(at, info.offset()));
    return ends;
  }

  /**
   * Draws up the account.
   *
   * @param progress told the share of the outputs that is read, 0 to 1
   * @throws AuditException if the cluster does not answer or a topic is gone
   */
  public AccountReport account(AuditPlan plan, DoubleConsumer progress) {
    AuditAccount account = new AuditAccount(plan);
    List<String> topics = plan.outputs().all();
    for (int t = 0; t < topics.size(); t++) {
      double before = (double) t / topics.size();
      String topic = topics.get(t);
      TopicRange range =
          new RangePlanner().plan(admin, topic, new Point.Earliest(), new Point.Latest());
      read(
          range,
          record -> account.book(topic, record.headers()),
          share -> progress.accept(before + share / topics.size()));
    }
    Map<Integer, Long> starts = starts(plan);
    for (Coverage coverage : account.coverages()) {
      account.bookLogStart(coverage.range().partition(), starts.get(coverage.range().partition()));
      for (PartitionRange stretch : coverage.stretches()) {
        read(
            new TopicRange(plan.source().topic(), List.of(stretch)),
            record -> account.bookVisible(record.partition(), record.offset()),
            share -> {});
      }
    }
    return account.report();
  }

  private void read(
      TopicRange range,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> sink,
      DoubleConsumer progress) {
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      RangeReader reader = new RangeReader(consumer, range);
      while (!reader.finished()) {
        reader.poll(POLL).forEach(sink);
        progress.accept(reader.progress());
      }
    }
  }

  private Map<Integer, Long> starts(AuditPlan plan) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    plan.source().topicPartitions().forEach(at -> question.put(at, OffsetSpec.earliest()));
    Map<Integer, Long> starts = new HashMap<>();
    Answers.of("topic " + plan.source().topic(), admin.listOffsets(question).all())
        .forEach((at, info) -> starts.put(at.partition(), info.offset()));
    return starts;
  }
}
