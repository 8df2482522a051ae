package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Token ids made by open_clip's own tokenizer are the reference. */
class ClipTokenizerTest {
  /** The exception: open_clip's ftfy undoes a wrong decoding, which we do not attempt. */
  private static final String MOJIBAKE = "mojibake: \u00c3\u00bcber caf\u00c3\u00a9";

  private static ClipTokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = ModelBundle.open(Bundles.EMOJI).openTokenizer();
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void givesTheIdsOfOpenClip(String text, long[] ids) {
    if (text.equals(MOJIBAKE)) {
      assertThat(tokenizer.encode(text)).isNotEqualTo(ids);
    } else {
      assertThat(tokenizer.encode(text)).isEqualTo(ids);
    }
  }

  static Stream<Arguments> cases() throws Exception {
    JsonNode cases = new ObjectMapper().readTree(Bundles.resource("tokenizer-cases.json"));
    assertThat(cases).hasSize(40);
    return StreamSupport.stream(cases.spliterator(), false)
        .map(
            entry ->
                Arguments.of(
                    entry.get("text").asText(),
                    LongStream.range(0, 77)
                        .map(i -> entry.get("ids").get((int) i).asLong())
                        .toArray()));
  }

  @Test
  void aTextThatIsTooLongKeepsItsEndTokenInTheLastPlace() {
    assertThat(tokenizer.encode("dog ".repeat(200))).hasSize(77).startsWith(49406).endsWith(49407);
  }

  @Test
  void refusesAFileThatIsNoTokenizer(@TempDir Path directory) {
    Bundles.copyOfEmoji(directory);
    Bundles.replace(directory, "tokenizer.json", "hello".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> ModelBundle.open(directory).openTokenizer())
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("tokenizer.json is not a tokenizer")
        .message()
        .doesNotContain("\n");
  }
}
