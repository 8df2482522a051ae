package io.clipure.stream.audit.plan;

import io.clipure.stream.audit.range.PartitionRange;
import io.clipure.stream.audit.range.RangeReader;
import io.clipure.stream.audit.range.TopicRange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * How far the group of a plan is, all instances together: by its committed offsets, and, where they
 * stand still, by looking whether a record is left. The last offsets of a range may be transaction
 * markers or compacted away; no instance ever commits past those by itself.
 *
 * <p><b>Threading</b>: one thread.
 */
public final class PlanProgress {
  private static final Duration STILL = Duration.ofSeconds(2);
  private static final Duration PROBE = Duration.ofSeconds(5);

  private final Admin admin;
  private final AuditPlan plan;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final LongSupplier nanoTime;
  private final Map<Integer, Long> emptyFrom = new HashMap<>();
  private Map<Integer, Long> committed = Map.of();
  private long changed;

  /**
   * How far.
   *
   * @param done offsets of the plan behind the group
   * @param total offsets of the plan
   * @param finished whether no record is left
   */
  public record State(long done, long total, boolean finished) {}

  /**
   * Starts watching.
   *
   * @param admin asked; not closed
   * @param consumers makes consumers with {@link RangeReader#consumerSettings}; each is closed here
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  public PlanProgress(
      Admin admin,
      AuditPlan plan,
      Supplier<Consumer<byte[], byte[]>> consumers,
      LongSupplier nanoTime) {
    this.admin = admin;
    this.plan = plan;
    this.consumers = consumers;
    this.nanoTime = nanoTime;
    this.changed = nanoTime.getAsLong();
  }

  /**
   * Asks the cluster.
   *
   * @throws io.clipure.stream.audit.AuditException if it does not answer
   */
  public State check() {
    Map<Integer, Long> now = StartOffsets.committed(admin, plan);
    long at = nanoTime.getAsLong();
    if (!now.equals(committed)) {
      committed = now;
      changed = at;
    } else if (at - changed > STILL.toNanos()) {
      plan.source().partitions().stream().filter(this::unfinished).forEach(this::probe);
      changed = at;
    }
    long done = 0;
    boolean finished = true;
    for (PartitionRange range : plan.source().partitions()) {
      boolean open = unfinished(range);
      finished &= !open;
      done += open ? position(range) - range.start() : range.offsets();
    }
    return new State(done, plan.source().offsets(), finished);
  }

  private long position(PartitionRange range) {
    long position = committed.getOrDefault(range.partition(), range.start());
    return Math.max(range.start(), Math.min(position, range.end()));
  }

  private boolean unfinished(PartitionRange range) {
    return position(range)
        < Math.min(range.end(), emptyFrom.getOrDefault(range.partition(), range.end()));
  }

  /** Looks whether a record is left; what is not there now will never be. */
  private void probe(PartitionRange range) {
    long from = position(range);
    PartitionRange rest =
        new PartitionRange(range.partition(), from, range.logStart(), from, range.end());
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      RangeReader reader =
          new RangeReader(consumer, new TopicRange(plan.source().topic(), List.of(rest)));
      long until = nanoTime.getAsLong() + PROBE.toNanos();
      while (!reader.finished() && nanoTime.getAsLong() < until) {
        if (!reader.poll(Duration.ofMillis(200)).isEmpty()) {
          return;
        }
      }
      if (reader.finished()) {
        emptyFrom.put(range.partition(), from);
      }
    }
  }
}
