package io.clipure.stream.batching;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;

/**
 * Sends a task's records through the {@link InferencePipeline} and forwards the results in the
 * order of arrival, which is partition order. No offset is committed before its result is
 * forwarded:
 *
 * <pre>
 *   process ──► enqueue ──► wait for room ──► submit ──► forward what is finished at the head
 *                              │    ▲
 *                              └────┘ forwards finished results, its own and its peers'
 *   commit  ──► BarrierStore.flushCache ──► drain: wait for and forward everything
 *           ──► producer flushed ──► offsets computed ──► offsets committed
 *
 *   OPEN ── any exception ──► FAILED (every call throws, so no commit succeeds) ──► CLOSED
 *     └────────── revoked, closed: jobs abandoned, room given back ────────────────► │
 * </pre>
 *
 * <p>A record is enqueued before older results are forwarded, and a failure sticks: a record whose
 * process call fails can never be taken for done by a later commit.
 *
 * <p>A deadline that passes, because a device hangs or is overloaded, throws {@link
 * TaskMigratedException}: the thread gives its tasks up without committing and takes them again
 * from the last committed offset. (Never {@code TaskCorruptedException}: with 4.3.1 it was seen to
 * lose and double records.)
 *
 * <p><b>Threading</b>: everything here runs on the task's stream thread; only tickets are touched
 * by others. Results of this task may also be forwarded from inside the process call of another
 * task of the same thread, under this task's own context. That is sound: a task with pending
 * results has processed records since its last commit, so it is marked for the next one.
 */
final class AsyncProcessor<K, V, D, R> implements Processor<K, V, K, R> {
  /** Longest wait before health and deadline are looked at again. */
  private static final long STEP_NANOS = Duration.ofMillis(100).toNanos();

  private final String barrierName;
  private final InferencePipeline pipeline;
  private final Function<Record<K, V>, Job<D>> jobs;
  private final AsyncProcessorSupplier.Output<V, D, R> outputs;
  private final ThreadLocal<List<AsyncProcessor<?, ?, ?, ?>>> peersOfThread;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  private InternalProcessorContext<K, R> context;
  private ProcessorNode<?, ?, ?, ?> node;
  private BarrierStore barrier;
  private List<AsyncProcessor<?, ?, ?, ?>> peers = List.of();
  private Cancellable punctuator;
  private Throwable failure;

  AsyncProcessor(
      String barrierName,
      InferencePipeline pipeline,
      Function<Record<K, V>, Job<D>> jobs,
      AsyncProcessorSupplier.Output<V, D, R> outputs,
      ThreadLocal<List<AsyncProcessor<?, ?, ?, ?>>> peersOfThread) {
    this.barrierName = barrierName;
    this.pipeline = pipeline;
    this.jobs = jobs;
    this.outputs = outputs;
    this.peersOfThread = peersOfThread;
  }

  /** A record in flight; the ticket is null until there is room. */
  private final class Pending {
    final Record<K, V> record;
    final ProcessorRecordContext recordContext;
    final long readAt = System.nanoTime();
    Origin origin;
    Ticket<D> ticket;

    Pending(Record<K, V> record, ProcessorRecordContext recordContext) {
      this.record = record;
      this.recordContext = recordContext;
    }
  }

  /** Also called again after {@link #close}, when Kafka Streams resumes or revives a task. */
  @Override
  public void init(ProcessorContext<K, R> processorContext) {
    context = (InternalProcessorContext<K, R>) processorContext;
    node = context.currentNode();
    failure = null;
    peers = peersOfThread.get();
    peers.add(this);
    barrier = context.getStateStore(barrierName);
    barrier.bind(this::drain);
  }

  @Override
  public void process(Record<K, V> record) {
    guarded(
        () -> {
          Pending entry = new Pending(record, context.recordContext());
          pending.addLast(entry);
          submit(entry);
          forwardFinished();
          schedule();
        });
  }

  private void submit(Pending entry) {
    Job<D> job = jobs.apply(entry.record);
    entry.origin = origin(entry, job);
    int window = pipeline.settings().maxInFlightPerTask();
    await(
        "room for " + job.bytes() + " bytes",
        () -> {
          if (pending.size() <= window) {
            entry.ticket = pipeline.trySubmit(this, job, entry.origin);
          }
          return entry.ticket != null;
        });
  }

  private Origin origin(Pending entry, Job<D> job) {
    ProcessorRecordContext at = entry.recordContext;
    String subject = job.subject() == null ? String.valueOf(entry.record.key()) : job.subject();
    return new Origin(subject, at.topic(), at.partition(), at.offset());
  }

  /** Called before each commit. */
  private void drain() {
    guarded(
        () -> {
          await("the results of " + pending.size() + " images", pending::isEmpty);
          unschedule();
        });
  }

  private interface Condition {
    boolean met();
  }

  /** Forwards finished results, also of peers, until the condition is met. */
  private void await(String what, Condition condition) {
    long started = System.nanoTime();
    while (true) {
      long seen = pipeline.progress().count();
      pipeline.checkHealthy();
      if (condition.met()) {
        return;
      }
      boolean forwarded = forwardFinished();
      for (AsyncProcessor<?, ?, ?, ?> peer : peers) {
        forwarded |= peer != this && peer.forwardAsPeer();
      }
      if (!forwarded) {
        Duration deadline = pipeline.settings().drainDeadline();
        if (System.nanoTime() - started > deadline.toNanos()) {
          throw new TaskMigratedException(
              "Task "
                  + context.taskId()
                  + " waited "
                  + deadline.toMillis()
                  + " ms for "
                  + what
                  + ": the devices hang or are too slow for max-in-flight and drain-deadline");
        }
        sleep(seen);
      }
    }
  }

  private void sleep(long seen) {
    try {
      pipeline.progress().await(seen, STEP_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StreamsException("Task " + context.taskId() + " was interrupted", e);
    }
  }

  private boolean forwardAsPeer() {
    if (pending.isEmpty()) {
      return false;
    }
    boolean[] forwarded = {false};
    guarded(() -> forwarded[0] = forwardFinished());
    return forwarded[0];
  }

  /** Forwards from the head as far as results are there; whether there were any. */
  private boolean forwardFinished() {
    boolean any = false;
    for (Pending head = pending.peekFirst(); head != null; head = pending.peekFirst()) {
      Outcome<D> outcome = head.ticket == null ? null : head.ticket.outcome();
      if (outcome == null) {
        break;
      }
      forward(head, outcome);
      pending.removeFirst();
      head.ticket.release();
      any = true;
    }
    return any;
  }

  /** Under the record's own context, so that dead letters carry its own bytes and coordinates. */
  private void forward(Pending entry, Outcome<D> outcome) {
    ProcessorNode<?, ?, ?, ?> callersNode = context.currentNode();
    ProcessorRecordContext callersRecord = context.recordContext();
    context.setCurrentNode(node); // null inside a commit, another node's inside a peer's call
    context.setRecordContext(entry.recordContext);
    entry.origin.enter();
    try {
      R output = outputs.of(entry.record.value(), outcome, entry.readAt);
      context.forward(entry.record.withValue(output));
    } finally {
      Origin.leave();
      context.setRecordContext(callersRecord);
      context.setCurrentNode(callersNode);
    }
  }

  /** Only while something is pending: each punctuation asks for a commit, also of an idle task. */
  private void schedule() {
    if (punctuator == null && !pending.isEmpty()) {
      punctuator =
          context.schedule(
              pipeline.settings().forwardInterval(),
              PunctuationType.WALL_CLOCK_TIME,
              now -> guarded(this::forwardAndUnschedule));
    }
  }

  private void forwardAndUnschedule() {
    forwardFinished();
    if (pending.isEmpty()) {
      unschedule();
    }
  }

  private void unschedule() {
    if (punctuator != null) {
      punctuator.cancel();
      punctuator = null;
    }
  }

  /** Makes every failure stick. */
  private void guarded(Runnable action) {
    if (failure instanceof TaskMigratedException) {
      throw new TaskMigratedException("Task " + context.taskId() + " was given up", failure);
    }
    if (failure != null) {
      throw new PipelineFailedException(
          "Task " + context.taskId() + " failed before; nothing is committed past that", failure);
    }
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    }
  }

  /** Abandons what is pending: it was never committed, the next owner reads it again. */
  @Override
  public void close() {
    unschedule();
    if (barrier != null) {
      barrier.bind(null);
    }
    peers.remove(this);
    pipeline.withdraw(this);
    for (Pending entry : pending) {
      if (entry.ticket != null) {
        entry.ticket.abandon();
      }
    }
    pending.clear();
  }
}
