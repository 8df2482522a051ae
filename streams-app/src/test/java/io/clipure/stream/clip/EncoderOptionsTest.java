package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderOptionsTest {
  @Test
  void defaultsLeaveThreadsToTheEngineAndOptimizeFully() {
    assertThat(EncoderOptions.defaults())
        .isEqualTo(new EncoderOptions(0, 0, EncoderOptions.Optimization.ALL, Map.of(), false, 0));
  }

  @Test
  void threadsCannotBeNegative() {
    assertThatThrownBy(() -> EncoderOptions.defaults().withIntraOpThreads(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seen intra -1");
  }

  @Test
  void everySettingReachesASessionThatRuns(@TempDir Path directory) {
    EncoderOptions options =
        new EncoderOptions(
            2,
            2,
            EncoderOptions.Optimization.BASIC,
            Map.of("session.intra_op.allow_spinning", "1", "session.set_denormal_as_zero", "1"),
            true,
            4);
    ModelBundle bundle = ModelBundle.open(Bundles.tiny(directory, "image.onnx"));

    try (ImageEncoder encoder = bundle.openImageEncoder("cpu", options)) {
      assertThat(encoder.encode(List.of(new byte[48]))[0]).containsOnly(0f);
    }
  }

  @Test
  void halfPrecisionIsRewrittenLessOnTheProcessor() {
    EncoderOptions options = EncoderOptions.defaults();

    assertThat(options.fitFor("fp16", ComputeDevice.parse("cpu")).optimization())
        .isEqualTo(EncoderOptions.Optimization.EXTENDED);
    assertThat(options.fitFor("fp16", ComputeDevice.parse("gpu:0"))).isEqualTo(options);
    assertThat(options.fitFor("fp32", ComputeDevice.parse("cpu"))).isEqualTo(options);
  }

  @Test
  void fixedRowsCannotBeNegative() {
    assertThatThrownBy(() -> EncoderOptions.defaults().withFixedRows(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seen -1");
  }
}
