package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ONNX Runtime from 1.29 on uploads telemetry from Linux, and Java cannot switch that off in time:
 * it is an environment variable read when the library starts. So the version we ship must not have
 * it.
 */
class NativeTelemetryTest {
  @ParameterizedTest
  @ValueSource(strings = {"linux-x64", "linux-aarch64"})
  void theNativeLibraryKnowsNoCollector(String platform) throws Exception {
    String library = "/ai/onnxruntime/native/" + platform + "/libonnxruntime.so";
    try (InputStream in = NativeTelemetryTest.class.getResourceAsStream(library)) {
      assertThat(in).as("%s in the jar", library).isNotNull();
      String bytes = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(bytes.contains("onnxruntime")).as("search finds strings").isTrue();
      assertThat(bytes.contains("events.data.microsoft.com")).as("uploads telemetry").isFalse();
    }
  }
}
