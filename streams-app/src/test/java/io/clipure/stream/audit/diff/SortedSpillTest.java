package io.clipure.stream.audit.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SortedSpillTest {
  @TempDir private Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void manyTimesItsMemoryComesOutInOrderOverSeveralMerges() throws IOException {
    List<String> expected = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    Random random = new Random(7);
    try (SortedSpill spill = new SortedSpill(folder, 2_000, 3)) {
      for (int i = 0; i < 3_000; i++) {
        String key = "k" + random.nextInt(900);
        String value = "v" + random.nextInt(50);
        expected.add(key + "\u0000" + value);
        spill.add(bytes(key), bytes(value));
      }
      assertThat(spill.runs()).as("runs on disk").isGreaterThan(9);
      SortedSpill.Merge sorted = spill.sorted();
      assertThat(spill.runs()).as("runs merged at once").isLessThan(3);
      for (SortedSpill.Entry one = sorted.next(); one != null; one = sorted.next()) {
        seen.add(
            new String(one.key(), StandardCharsets.UTF_8)
                + "\u0000"
                + new String(one.value(), StandardCharsets.UTF_8));
      }
    }
    expected.sort(null);
    assertThat(seen).isEqualTo(expected);
    try (var left = Files.list(folder)) {
      assertThat(left).as("files left behind").isEmpty();
    }
  }

  @Test
  void bytesSortAsUnsignedAndAPrefixComesFirst() throws IOException {
    try (SortedSpill spill = new SortedSpill(folder, 1, 2)) {
      for (byte[] key :
          List.of(new byte[] {-1}, new byte[] {1, 0}, new byte[] {}, new byte[] {1})) {
        spill.add(key, new byte[0]);
      }
      SortedSpill.Merge sorted = spill.sorted();
      assertThat(sorted.next().key()).isEmpty();
      assertThat(sorted.next().key()).containsExactly(1);
      assertThat(sorted.next().key()).containsExactly(1, 0);
      assertThat(sorted.next().key()).containsExactly(-1);
      assertThat(sorted.next()).isNull();
    }
  }
}
