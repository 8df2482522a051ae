package io.clipure.stream.image.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzz targets on what fuzzing has found: one file for each path through the decoders. */
class FuzzCorpusTest {

  static List<Path> corpus() throws IOException, URISyntaxException {
    Path folder =
        Path.of(Objects.requireNonNull(FuzzCorpusTest.class.getResource("/fuzz")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void noKnownInputBreaksAPromise(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);

    assertThatCode(
            () -> {
              ImageHeaderFuzz.fuzzerTestOneInput(bytes);
              ImageLoadFuzz.fuzzerTestOneInput(bytes);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void theCorpusIsSmall() throws IOException, URISyntaxException {
    assertThat(corpus().stream().mapToLong(path -> path.toFile().length()).sum())
        .isBetween(10_000L, 300_000L);
  }
}
