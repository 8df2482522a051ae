package io.clipure.stream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {
  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "1,1,1",
    "1023,1023,1023",
    "1024,1024,1KiB",
    "20MiB,20971520,20MiB",
    "512 KiB,524288,512KiB",
    "2GiB,2147483648,2GiB",
    "7B,7,7"
  })
  void data_sizes_are_read_and_written(String text, long bytes, String written) {
    assertThat(DataSize.parse(text)).isEqualTo(new DataSize(bytes)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "20MB", "1.5MiB", "MiB", "9999999999TiB", "20mib"})
  void other_texts_are_no_data_size(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> DataSize.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0ms,0,0ms",
    "10ms,10,10ms",
    "2s,2000,2s",
    "1500ms,1500,1500ms",
    "1m,60000,1m",
    "1h,3600000,60m",
    "90s,90000,90s"
  })
  void durations_are_read_and_written(String text, long millis, String written) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
    assertThat(DurationText.format(Duration.ofMillis(millis))).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "-1s", "1.5s", "PT1S", "1d"})
  void other_texts_are_no_duration(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> DurationText.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "1e400", "x", "1.01", "-0.1"})
  void numbers_out_of_bounds_are_refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PolicyConfig.LOW_CONFIDENCE_SCORE.parse(text))
        .withMessageStartingWith("policy.low-confidence-score: \"" + text)
        .withMessageEndingWith("expected 0 to 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRUE", "yes", "1", ""})
  void only_true_and_false_are_booleans(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ModelConfig.WARM_UP.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "a/b"})
  void what_kafka_refuses_is_no_topic_name(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> TopicsConfig.IMAGES.parse(text));
  }

  @Test
  void lists_are_separated_by_commas_and_may_be_empty() {
    assertThat(ImageConfig.FILE_ROOTS.parse("/a, /b"))
        .isEqualTo(List.of(Path.of("/a"), Path.of("/b")));
    assertThat(ImageConfig.FILE_ROOTS.parse(" ")).isEmpty();
    assertThat(ModelConfig.DEVICES.parse("gpu:0,gpu:1")).containsExactly("gpu:0", "gpu:1");
    assertThatIllegalArgumentException().isThrownBy(() -> ModelConfig.DEVICES.parse("gpu"));
    assertThatIllegalArgumentException().isThrownBy(() -> ModelConfig.DEVICES.parse("cpu,"));
  }

  @Test
  void a_record_made_in_code_is_checked_as_well() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageConfig(DataSize.mebibytes(20), 0, List.of()))
        .withMessageContaining("image.max-pixels: \"0\" is not allowed");
  }
}
