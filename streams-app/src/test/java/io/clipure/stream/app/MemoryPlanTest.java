package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final long MIB = 1 << 20;

  private static MemoryPlan plan(long heapMebibytes, Map<String, String> settings) {
    AppConfig config = AppConfig.load(List.of(ConfigSource.values("test", settings)));
    return MemoryPlan.of(config, heapMebibytes * MIB, 224, 2, 3);
  }

  @Test
  void it_adds_up_what_the_configuration_allows() {
    MemoryPlan plan =
        plan(
            1024,
            Map.of("batching.max-in-flight-bytes", "100MiB", "batching.decode-memory", "200MiB"));

    assertThat(plan.parts())
        .extracting(MemoryPlan.Part::name)
        .containsExactly("base", "in flight", "decoding", "batches");
    long batches = 2 * 2L * 3 * 224 * 224 * 3 * 32;
    assertThat(plan.total()).isEqualTo(64 * MIB + 300 * MIB + batches);
    assertThat(plan.left()).isEqualTo(1024 * MIB - plan.total());
  }

  @Test
  void fetching_counts_as_soon_as_something_may_be_fetched() {
    assertThat(plan(1024, Map.of("image.file-roots", "/tmp", "fetch.threads", "4")).parts())
        .contains(new MemoryPlan.Part("fetching", 4 * 2 * 20 * MIB));
  }

  @Test
  void a_heap_without_room_for_the_largest_images_of_a_partition_does_not_fit() {
    Map<String, String> settings =
        Map.of("batching.max-in-flight-bytes", "100MiB", "batching.decode-memory", "200MiB");

    assertThat(plan(512, settings).fits(20 * MIB)).isTrue();
    assertThat(plan(420, settings).fits(20 * MIB)).isFalse();
  }
}
