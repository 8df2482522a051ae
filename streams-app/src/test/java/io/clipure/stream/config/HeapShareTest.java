package io.clipure.stream.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapShareTest {
  private static final DataSize MOST = DataSize.mebibytes(256);

  private static DataSize quarter(long heapMebibytes) {
    return HeapShare.eighths(2, MOST, heapMebibytes << 20);
  }

  @Test
  void a_share_grows_with_the_heap_up_to_its_bound() {
    assertThat(quarter(512)).isEqualTo(DataSize.mebibytes(128));
    assertThat(quarter(1024)).isEqualTo(MOST);
    assertThat(quarter(1 << 20)).isEqualTo(MOST);
  }

  @Test
  void a_tiny_heap_still_gets_something_to_work_with() {
    assertThat(quarter(8)).isEqualTo(DataSize.mebibytes(16));
  }
}
