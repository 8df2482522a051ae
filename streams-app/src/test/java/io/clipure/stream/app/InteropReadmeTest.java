package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the README shows in other languages is what {@link InteropTest} runs. */
class InteropReadmeTest {
  private static final Path README = Path.of("..", "README.md");

  @ParameterizedTest
  @CsvSource({"javascript/publish.mjs, js", "python/read_labelled.py, python"})
  void the_readme_shows_the_program_that_was_run(String file, String language) throws IOException {
    String readme = Files.readString(README);
    String program = Files.readString(InteropPrograms.SOURCES.resolve(file));
    assertThat(readme).contains("```" + language + "\n" + program + "```\n");
  }
}
