package io.clipure.stream.batching;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * A store without content whose only purpose is its place in the commit: Kafka Streams calls {@link
 * #flushCache} on stores of this internal interface before it flushes the producer and computes the
 * offsets to commit (4.3.1: {@code StreamTask.prepareCommit} → {@code ProcessorStateManager
 * .flushCache} → {@code RecordCollector.flush} → committable offsets). {@code StateStore.commit}
 * and {@code Processor.close} come after that, too late.
 *
 * <p><b>Threading</b>: the stream thread of its task.
 */
final class BarrierStore implements StateStore, CachedStateStore<byte[], byte[]> {
  private final String name;
  private Runnable drain;
  private boolean open;

  private BarrierStore(String name) {
    this.name = name;
  }

  /** Says what a commit waits for; null: nothing. */
  void bind(Runnable drainBeforeCommit) {
    this.drain = drainBeforeCommit;
  }

  @Override
  public void flushCache() {
    if (drain != null) {
      drain.run();
    }
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (key, value) -> {});
    open = true;
  }

  @Override
  public boolean setFlushListener(CacheFlushListener<byte[], byte[]> listener, boolean oldValues) {
    return false;
  }

  @Override
  public void clearCache() {
    // Called when a restored store overtakes its cache; there is nothing to restore here.
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Builds a barrier; no changelog, no caching. */
  record Builder(String name) implements StoreBuilder<BarrierStore> {
    @Override
    public BarrierStore build() {
      return new BarrierStore(name);
    }

    @Override
    public StoreBuilder<BarrierStore> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<BarrierStore> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<BarrierStore> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("the commit barrier has no changelog");
    }

    @Override
    public StoreBuilder<BarrierStore> withLoggingDisabled() {
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }

    Set<StoreBuilder<?>> asSet() {
      return Set.of(this);
    }
  }
}
