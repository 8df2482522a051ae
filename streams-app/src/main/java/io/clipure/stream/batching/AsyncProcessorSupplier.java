package io.clipure.stream.batching;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Supplies {@link AsyncProcessor}s, each with its commit barrier. One supplier a topology; the
 * pipeline may be shared by several.
 *
 * @param <K> key
 * @param <V> input value
 * @param <D> what loading keeps
 * @param <R> output value
 */
public final class AsyncProcessorSupplier<K, V, D, R> implements ProcessorSupplier<K, V, K, R> {
  private final BarrierStore.Builder barrier;
  private final InferencePipeline pipeline;
  private final Function<Record<K, V>, Job<D>> jobs;
  private final Output<V, D, R> outputs;

  /** Makes an output value. */
  @FunctionalInterface
  public interface Output<V, D, R> {
    /**
     * The output of a record.
     *
     * @param value its value
     * @param outcome how its job ended
     * @param readAtNanos {@link System#nanoTime} when it was taken up
     */
    R of(V value, Outcome<D> outcome, long readAtNanos);
  }

  /** The processors of the calling stream thread: they forward for one another while one waits. */
  private final ThreadLocal<List<AsyncProcessor<?, ?, ?, ?>>> peers =
      ThreadLocal.withInitial(CopyOnWriteArrayList::new);

  /**
   * Describes the processor.
   *
   * @param barrierName name of the barrier store
   * @param pipeline the process-wide pipeline
   * @param jobs makes a record's job, on the stream thread; must not throw for bad input
   * @param outputs makes the output value, on the stream thread; must not throw
   */
  public AsyncProcessorSupplier(
      String barrierName,
      InferencePipeline pipeline,
      Function<Record<K, V>, Job<D>> jobs,
      Output<V, D, R> outputs) {
    this.barrier = new BarrierStore.Builder(barrierName);
    this.pipeline = pipeline;
    this.jobs = jobs;
    this.outputs = outputs;
  }

  @Override
  public Processor<K, V, K, R> get() {
    return new AsyncProcessor<>(barrier.name(), pipeline, jobs, outputs, peers);
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    return barrier.asSet();
  }
}
