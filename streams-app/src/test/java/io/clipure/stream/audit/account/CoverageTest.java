package io.clipure.stream.audit.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.audit.range.PartitionRange;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private static Coverage of(long start, long end) {
    return new Coverage(new PartitionRange(0, start, start, start, end));
  }

  @Test
  void whatCameOutTwiceCountsOnceAndIsReported() {
    Coverage coverage = of(10, 20);

    assertThat(coverage.labelled(12)).isTrue();
    assertThat(coverage.labelled(12)).isFalse();
    coverage.deadLettered(12);
    coverage.deadLettered(13);

    assertThat(coverage.labelled()).isEqualTo(1);
    assertThat(coverage.deadLettered()).isEqualTo(2);
    assertThat(coverage.both()).isEqualTo(1);
    assertThat(coverage.doubled()).isEqualTo(1);
    assertThat(coverage.missing()).isEqualTo(8);
    assertThat(coverage.missingBefore(14)).isEqualTo(2);
    assertThat(coverage.missingBefore(5)).isZero();
    assertThat(coverage.missingBefore(99)).isEqualTo(8);
  }

  @Test
  void nothingMissingLeavesNothingToLookInto() {
    Coverage coverage = of(0, 3);
    for (long offset = 0; offset < 3; offset++) {
      coverage.labelled(offset);
    }
    assertThat(coverage.missing()).isZero();
    assertThat(coverage.stretches()).isEmpty();
    assertThat(of(5, 5).stretches()).isEmpty();
  }

  @Test
  void stretchesHoldEveryMissingOffsetAndLittleElse() {
    Coverage coverage = of(0, 100_000);
    TreeSet<Long> missing = new TreeSet<>();
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20; i++) {
      missing.add(random.nextLong(100_000));
    }
    missing.add(0L);
    missing.add(99_999L);
    for (long offset = 0; offset < 100_000; offset++) {
      if (!missing.contains(offset)) {
        coverage.labelled(offset);
      }
    }
    TreeSet<Long> held = new TreeSet<>();
    for (PartitionRange stretch : coverage.stretches()) {
      assertThat(missing).contains(stretch.start(), stretch.end() - 1);
      held.addAll(missing.subSet(stretch.start(), stretch.end()));
    }
    assertThat(held).isEqualTo(missing);
    assertThat(coverage.missing()).isEqualTo(missing.size());
  }
}
