package io.clipure.stream.topology;

import io.clipure.stream.policy.Judge;
import io.clipure.stream.policy.JudgeFactory;
import io.clipure.stream.policy.LabelSet;
import java.util.concurrent.atomic.LongAdder;

/**
 * The label set in force: the file's at start, then the newest sound one published under the same
 * name.
 *
 * <p><b>Threading</b>: replaced by the global thread of Kafka Streams, read by all stream threads;
 * a verdict uses one snapshot throughout.
 */
public final class LabelSetHolder {
  /** Version of the file's set. */
  public static final long FROM_FILE = -1;

  private final JudgeFactory judges;
  private final Active fromFile;
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile Active current;

  /**
   * A compiled label set.
   *
   * @param judge judges under it
   * @param version its offset in the label-sets topic, or {@link #FROM_FILE}
   */
  public record Active(Judge judge, long version) {}

  /**
   * Compiles the file's set.
   *
   * @throws io.clipure.stream.policy.LabelSetException if it cannot be used
   */
  public LabelSetHolder(JudgeFactory judges, LabelSet file) {
    this.judges = judges;
    this.fromFile = new Active(judges.compile(file), FROM_FILE);
    this.current = fromFile;
  }

  /** The set in force. */
  public Active current() {
    return current;
  }

  /** Name under which updates are looked for: that of the file's set. */
  public String name() {
    return fromFile.judge().labelSet().name();
  }

  /** Updates taken over since start, tombstones included. */
  public long accepted() {
    return accepted.sum();
  }

  /** Updates kept out since start. */
  public long refused() {
    return refused.sum();
  }

  /**
   * Takes over a checked set; the text embeddings are computed here, once, unless nothing changed.
   */
  void replace(LabelSet checked, long version) {
    Judge same = current.judge();
    boolean unchanged = same.labelSet().equals(checked);
    current = new Active(unchanged ? same : judges.compile(checked), version);
    accepted.increment();
  }

  /** Returns to the file's set. */
  void fallBack() {
    current = fromFile;
    accepted.increment();
  }

  /** Counts an update that was kept out. */
  void refuse() {
    refused.increment();
  }
}
