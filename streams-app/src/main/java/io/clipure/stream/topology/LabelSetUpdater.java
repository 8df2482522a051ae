package io.clipure.stream.topology;

import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetException;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over label sets from the topic. A bad one is kept out and reported; it never stops the
 * service.
 *
 * <p>It reads undecoded bytes, so that an undecodable update is its own to report. The store keeps
 * the accepted bytes for inspection only: on start, Kafka Streams 4.3 replays the topic of a global
 * store through a processor of this class ({@code GlobalStateManagerImpl.reprocessState}), with the
 * records' real offsets, so nothing has to be rebuilt from the store. (Kafka Streams before KIP-813
 * copied the records past the processor.)
 *
 * <p><b>Threading</b>: the global thread of Kafka Streams.
 */
final class LabelSetUpdater implements Processor<String, byte[], Void, Void> {
  private static final Logger LOG = LoggerFactory.getLogger(LabelSetUpdater.class);

  private final String storeName;
  private final LabelSetHolder holder;
  private final Deserializer<io.clipure.schemas.LabelSet> deserializer;
  private final UnaryOperator<LabelSet> check;

  private ProcessorContext<Void, Void> context;
  private KeyValueStore<String, byte[]> store;

  LabelSetUpdater(
      String storeName,
      LabelSetHolder holder,
      Deserializer<io.clipure.schemas.LabelSet> deserializer,
      UnaryOperator<LabelSet> check) {
    this.storeName = storeName;
    this.holder = holder;
    this.deserializer = deserializer;
    this.check = check;
  }

  @Override
  public void init(ProcessorContext<Void, Void> processorContext) {
    context = processorContext;
    store = processorContext.getStateStore(storeName);
  }

  @Override
  public void process(Record<String, byte[]> update) {
    if (!holder.name().equals(update.key())) {
      return; // another service's label set
    }
    RecordMetadata origin = context.recordMetadata().orElseThrow();
    try {
      if (update.value() == null) {
        holder.fallBack();
        LOG.info("Label set {} was deleted from the topic; using the file's", holder.name());
      } else {
        takeOver(update, origin);
      }
      store.put(update.key(), update.value());
    } catch (RuntimeException e) {
      holder.refuse();
      LOG.error(
          "Label set {} at {}-{} offset {} is kept out, version {} stays in force: {}",
          update.key(),
          origin.topic(),
          origin.partition(),
          origin.offset(),
          holder.current().version(),
          e.getMessage(),
          // The author's mistake is told in one line; anything else is ours and needs its stack.
          e instanceof LabelSetException ? null : e);
    }
  }

  private void takeOver(Record<String, byte[]> update, RecordMetadata origin) {
    LabelSet published =
        LabelSetRecords.fromRecord(
            deserializer.deserialize(origin.topic(), update.headers(), update.value()));
    if (!published.name().equals(update.key())) {
      throw new IllegalArgumentException(
          "its key is " + update.key() + " but its name is " + published.name());
    }
    holder.replace(check.apply(published), origin.offset());
    LOG.info(
        "Label set {} version {} is in force, digest {}",
        published.name(),
        origin.offset(),
        published.digest());
    for (String warning : holder.current().judge().warnings()) {
      LOG.warn("Label set {} version {}: {}", published.name(), origin.offset(), warning);
    }
  }
}
