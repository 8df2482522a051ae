package io.clipure.stream.audit.diff;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Full outer join of two runs on event id, in the order of the ids' bytes. */
final class Join {
  /** Takes what is joined. */
  interface Sink {
    void accept(Pair pair) throws IOException;
  }

  private final ResultCodec codec;

  Join(ResultCodec codec) {
    this.codec = codec;
  }

  /** Hands over every event once. Of one event no more than the last result a side is held. */
  void each(SortedSpill.Merge sorted, Sink sink) throws IOException {
    byte[] id = null;
    byte[][] last = new byte[2][];
    int[] results = new int[2];
    for (SortedSpill.Entry entry = sorted.next(); entry != null; entry = sorted.next()) {
      if (id != null && !Arrays.equals(id, entry.key())) {
        sink.accept(pair(id, last, results));
        Arrays.fill(last, null);
        Arrays.fill(results, 0);
      }
      id = entry.key();
      int side = ResultCodec.side(entry.value()).ordinal();
      last[side] = entry.value();
      results[side]++;
    }
    if (id != null) {
      sink.accept(pair(id, last, results));
    }
  }

  private Pair pair(byte[] id, byte[][] last, int[] results) {
    return new Pair(
        new String(id, StandardCharsets.UTF_8),
        Optional.ofNullable(last[0]).map(codec::decode),
        Optional.ofNullable(last[1]).map(codec::decode),
        Math.max(0, results[0] - 1),
        Math.max(0, results[1] - 1));
  }
}
