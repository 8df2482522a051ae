package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends dead letters back, exactly once each: a record and its entry in the ledger are written in
 * one transaction, and the ledger is read after everyone else was fenced off.
 *
 * <pre>
 *   init transactions ──► read the ledger ──► [ begin, send record + entry ..., commit ] ...
 *    (ends whatever a          to its end         a crash in here leaves neither,
 *    former run left open)                        a second operator fences this one
 * </pre>
 *
 * <p><b>Threading</b>: one thread.
 */
final class Requeue implements AutoCloseable {
  private static final int BATCH_RECORDS = 100;
  private static final long BATCH_BYTES = 16L << 20;

  /** So long does the service wait, on the partitions written to, for a command that was killed. */
  private static final int TRANSACTION_TIMEOUT_MILLIS = 15_000;

  private static final int BLOCK_MILLIS = 30_000;

  private static final List<Class<? extends Exception>> FENCED =
      List.of(
          ProducerFencedException.class,
          InvalidProducerEpochException.class,
          InvalidTxnStateException.class);

  private final RequeueLedger ledger;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Consumer<RequeuePlan.Planned.Ready> sent;
  private final Consumer<RequeuePlan.Planned.Impossible> refused;
  private final Runnable beforeCommit;
  private final List<RequeuePlan.Planned.Ready> batch = new ArrayList<>();
  private long batchBytes;
  private int count;

  /**
   * Connects; nothing is sent or fenced yet.
   *
   * @param sent told of each record after its transaction was committed
   * @param refused told of each record that its topic does not take
   * @param beforeCommit runs between the last send of a transaction and its commit
   */
  Requeue(
      AppConfig config,
      RequeueLedger ledger,
      Consumer<RequeuePlan.Planned.Ready> sent,
      Consumer<RequeuePlan.Planned.Impossible> refused,
      Runnable beforeCommit) {
    this.ledger = ledger;
    this.sent = sent;
    this.refused = refused;
    this.beforeCommit = beforeCommit;
    this.producer =
        Clients.make(
            config,
            () ->
                new KafkaProducer<>(
                    producerConfig(config), new ByteArraySerializer(), new ByteArraySerializer()));
  }

  private static Map<String, Object> producerConfig(AppConfig config) {
    Map<String, Object> client = DeadLetterTopic.bounded(Clients.producerConfig(config));
    client.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 64 << 20);
    client.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 128L << 20);
    client.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    client.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS);
    client.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
    // One for all operators of a topic: the last to come fences the others.
    client.put(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, "clipure-requeue-" + config.topics().deadLetter());
    return client;
  }

  /** Fences every other run and returns what was sent back before. */
  Set<Position> begin() {
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      throw new RefusedException("no transaction can be had: " + e.getMessage(), e);
    }
    return ledger.read();
  }

  /** Sends a record, now or with the next ones. */
  void offer(RequeuePlan.Planned.Ready ready) {
    batch.add(ready);
    batchBytes += ready.bytes();
    if (batch.size() >= BATCH_RECORDS || batchBytes >= BATCH_BYTES) {
      finish();
    }
  }

  /** Commits what is not committed yet. */
  void finish() {
    List<RequeuePlan.Planned.Ready> due = List.copyOf(batch);
    batch.clear();
    batchBytes = 0;
    if (!due.isEmpty()) {
      send(due);
    }
  }

  private void send(List<RequeuePlan.Planned.Ready> due) {
    try {
      transact(due);
    } catch (KafkaException e) {
      if (causedBy(e, FENCED)) {
        throw new RefusedException(
            "another requeue of this topic has taken over; this one sent "
                + count
                + " and sends no more; wait for the other and run it again: what was sent is not"
                + " sent twice",
            e);
      }
      abort(e);
      if (!causedBy(e, List.of(RecordTooLargeException.class))) {
        throw new KafkaException(
            "after "
                + count
                + " were sent: "
                + e.getMessage()
                + "; run it again, what was sent is not sent twice",
            e);
      }
      sendOneByOne(due);
      return;
    }
    count += due.size();
    due.forEach(sent);
  }

  /** One that is too large must not keep the others back. */
  private void sendOneByOne(List<RequeuePlan.Planned.Ready> due) {
    if (due.size() > 1) {
      due.forEach(one -> send(List.of(one)));
      return;
    }
    refused.accept(
        new RequeuePlan.Planned.Impossible(
            due.get(0).letter(),
            due.get(0).target()
                + " does not take a record of that size; raise its"
                + " max.message.bytes, or kafka.producer.max.request.size"));
  }

  private void transact(List<RequeuePlan.Planned.Ready> due) {
    producer.beginTransaction();
    List<Future<RecordMetadata>> answers = new ArrayList<>();
    for (RequeuePlan.Planned.Ready ready : due) {
      answers.add(producer.send(ready.record()));
      answers.add(
          producer.send(
              ledger.entry(ready.letter().position(), ready.target(), System.currentTimeMillis())));
    }
    producer.flush();
    beforeCommit.run();
    answers.forEach(Requeue::check);
    producer.commitTransaction();
  }

  private static void check(Future<RecordMetadata> answer) {
    try {
      answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException failure
          ? failure
          : new KafkaException(e.getCause());
    }
  }

  private void abort(KafkaException first) {
    try {
      producer.abortTransaction();
    } catch (KafkaException e) {
      // The transaction ends with its timeout, or when the next run begins.
      first.addSuppressed(e);
    }
  }

  private static boolean causedBy(Throwable failure, List<Class<? extends Exception>> types) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      Throwable one = at;
      if (types.stream().anyMatch(type -> type.isInstance(one))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    producer.close();
  }
}
