package io.clipure.stream.topology;

import io.clipure.stream.policy.Judge;
import io.clipure.stream.policy.JudgeFactory;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetException;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The label set in force: the file's at start, then the newest sound one published under the same
 * name.
 *
 * <p><b>Threading</b>: replaced by the global thread of Kafka Streams, read by all stream threads;
 * a verdict uses one snapshot throughout.
 */
public final class LabelSetHolder {
  private static final Logger LOG = LoggerFactory.getLogger(LabelSetHolder.class);

  /** Version of the file's set. */
  public static final long FROM_FILE = -1;

  private final JudgeFactory judges;
  private final Active fromFile;
  private final LabelSetHolder leader;
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile Active current;
  private volatile Active followed;

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
    this(judges, file, null);
  }

  private LabelSetHolder(JudgeFactory judges, LabelSet file, LabelSetHolder leader) {
    this.leader = leader;
    this.judges = judges;
    this.fromFile = new Active(judges.compile(file), FROM_FILE);
    this.current = fromFile;
  }

  /**
   * A holder of the same label sets, judged by another configuration: it takes over what this one
   * has in force when it is next asked, on the asking thread, so that whoever replaces sets here
   * never waits for it. A set that the other configuration cannot use is kept out and logged.
   *
   * @param otherJudges compiles the sets
   * @param file the set to begin with
   * @throws io.clipure.stream.policy.LabelSetException if that cannot be used
   */
  public LabelSetHolder follower(JudgeFactory otherJudges, LabelSet file) {
    return new LabelSetHolder(otherJudges, file, this);
  }

  /** The set in force. */
  public Active current() {
    if (leader != null) {
      follow(leader.current());
    }
    return current;
  }

  private void follow(Active theirs) {
    if (theirs == followed) {
      return;
    }
    followed = theirs;
    try {
      replace(theirs.judge().labelSet(), theirs.version());
    } catch (LabelSetException e) {
      refuse();
      LOG.warn(
          "A label set in force is not for the shadow's candidate, which keeps {}: {}",
          current.judge().labelSet().name(),
          e.getMessage());
    }
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
