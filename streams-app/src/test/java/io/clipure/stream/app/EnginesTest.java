package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnginesTest {
  private static int fixedRows(String device, Map<String, String> keys) {
    AppConfig config = AppConfig.load(List.of(ConfigSource.flags(keys)));
    ModelBundle bundle = ModelBundle.open(Home.locate().demoBundle());
    return Engines.imageOptions(config, bundle.info(), device).fixedRows();
  }

  @Test
  void aGpuAlwaysGetsTheRowsOfTheLargestBatchWithItsViews() {
    assertThat(fixedRows("gpu:0", Map.of("batching.max-batch", "16", "suspicion.views", "shift:2")))
        .isEqualTo(48);
  }

  @Test
  void theProcessorNeedsNoFixedRows() {
    assertThat(fixedRows("cpu", Map.of())).isZero();
  }

  @Test
  void fixedRowsCanBeSwitchedOff() {
    assertThat(fixedRows("gpu:0", Map.of("model.fixed-batch", "false"))).isZero();
  }
}
