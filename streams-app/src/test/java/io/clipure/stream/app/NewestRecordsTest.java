package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NewestRecordsTest {
  @Test
  void everyPartitionGivesAsMuchAsTheOthers() {
    assertThat(NewestRecords.shares(Map.of("a", 100L, "b", 100L), 64))
        .isEqualTo(Map.of("a", 32L, "b", 32L));
  }

  @Test
  void whatAShortPartitionDoesNotHaveTheLongerOnesGive() {
    assertThat(NewestRecords.shares(Map.of("a", 26L, "b", 44L, "c", 0L), 64))
        .isEqualTo(Map.of("a", 26L, "b", 38L, "c", 0L));
  }

  @Test
  void noMoreThanThereIsAndNoMoreThanWasAsked() {
    assertThat(NewestRecords.shares(Map.of("a", 3L, "b", 4L), 64))
        .isEqualTo(Map.of("a", 3L, "b", 4L));
    assertThat(NewestRecords.shares(Map.of("a", 9L, "b", 9L, "c", 9L), 7).values())
        .satisfies(
            shares -> assertThat(shares.stream().mapToLong(Long::longValue).sum()).isEqualTo(7));
  }
}
