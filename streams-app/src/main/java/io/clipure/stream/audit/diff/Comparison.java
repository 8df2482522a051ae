package io.clipure.stream.audit.diff;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.AuditException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Compares two runs: both are handed in, record by record, in any order; then every event is handed
 * out once, in the order of ids. What does not fit into {@code memory} waits in temporary files.
 *
 * <pre>
 * labelled, deadLetter, unreadable (any number) ──► compare (once) ──► close
 * </pre>
 *
 * <p>Not thread-safe.
 */
public final class Comparison implements AutoCloseable {
  /** Sorted runs merged at once: 4 MiB of buffers. */
  private static final int FAN_IN = 64;

  private final Path folder;
  private final Layouts layouts = new Layouts();
  private final ResultCodec codec = new ResultCodec(layouts);
  private final Map<Side, RunProfile> profiles = new EnumMap<>(Side.class);
  private final SortedSpill spill;
  private final Tally tally;

  /**
   * Begins a comparison.
   *
   * @param folder of the temporary files; exists
   * @param memory bytes of results to hold, 1 or more
   * @param shown images kept for each transition of decisions
   * @param listed ids kept of missing and extra events
   */
  public Comparison(Path folder, long memory, int shown, int listed) {
    this(folder, memory, FAN_IN, shown, listed);
  }

  Comparison(Path folder, long memory, int fanIn, int shown, int listed) {
    this.folder = folder;
    this.spill = new SortedSpill(folder, memory, fanIn);
    this.tally = new Tally(shown, listed);
    for (Side side : Side.values()) {
      profiles.put(side, new RunProfile());
    }
  }

  /**
   * Takes a verdict.
   *
   * @param record where it stands
   * @throws AuditException if the temporary files cannot be written
   */
  public void labelled(Side side, Place record, LabelledImage image) {
    profiles.get(side).labelled(image);
    add(image.getId(), codec.encode(side, record, image));
  }

  /**
   * Takes a dead letter.
   *
   * @param record where it stands
   * @param id event id; null: the letter does not say
   * @param origin where the event stood
   * @param reason reason code
   * @throws AuditException if the temporary files cannot be written
   */
  public void deadLetter(Side side, Place record, String id, Place origin, String reason) {
    profiles.get(side).deadLetter();
    if (id == null) {
      profiles.get(side).nameless();
    } else {
      add(id, codec.encode(side, record, new Result.DeadLettered(origin, reason)));
    }
  }

  /** Counts a record that is no verdict. */
  public void unreadable(Side side) {
    profiles.get(side).unreadable();
  }

  private void add(String id, byte[] result) {
    try {
      spill.add(id.getBytes(StandardCharsets.UTF_8), result);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Joins and counts.
   *
   * @param changes gets every event that changed, by id
   * @throws AuditException if the temporary files cannot be written or read
   */
  public DiffFigures compare(Consumer<ImageChange> changes) {
    try {
      new Join(codec)
          .each(
              spill.sorted(),
              pair -> {
                ImageChange change = tally.count(pair);
                if (!change.what().isEmpty()) {
                  changes.accept(change);
                }
              });
    } catch (IOException e) {
      throw failed(e);
    }
    return tally.figures();
  }

  /** What was counted of one run while it was read. */
  public RunFacts facts(Side side, RunSource source) {
    return profiles.get(side).facts(source);
  }

  /** Bytes written to temporary files. */
  public long spilledBytes() {
    return spill.spilledBytes();
  }

  private AuditException failed(IOException e) {
    return new AuditException(
        "temporary files in %s cannot be written or read (%s); make room, or name another folder"
                .formatted(folder, e.getMessage())
            + " with --temp",
        e);
  }

  @Override
  public void close() {
    try {
      spill.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
