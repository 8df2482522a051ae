package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short form of {@code bench invariance}: 200 images, fewer batches. */
class BatchInvarianceTest {

  /** The same picture moved by some columns, so that there are 200 different ones. */
  private static byte[] rolled(byte[] pixels, int bytes) {
    byte[] moved = new byte[pixels.length];
    System.arraycopy(pixels, bytes, moved, 0, pixels.length - bytes);
    System.arraycopy(pixels, 0, moved, pixels.length - bytes, bytes);
    return moved;
  }

  @Test
  void aVerdictDoesNotDependOnBatchMates() throws IOException {
    AppConfig config = AppConfig.load(List.of());
    Home home = Home.locate();
    try (Engines engines = Engines.open(config, home);
        ImageEncoder encoder = engines.openEncoder("cpu")) {
      List<byte[]> pixels = new ArrayList<>(BenchImages.prepared(home.demoFolder(), engines, 200));
      for (int i = 0; pixels.size() < 200; i++) {
        pixels.add(rolled(pixels.get(i), 3 * (1 + i)));
      }
      BenchInvarianceCommand.Result result =
          BenchInvarianceCommand.measure(
              encoder, engines.judge(), pixels.stream().map(engines::views).toList(), 75, 32, 7);
      assertThat(result.flips()).isZero();
      assertThat(result.largestDifference()).isLessThanOrEqualTo(1e-5);
    }
  }
}
