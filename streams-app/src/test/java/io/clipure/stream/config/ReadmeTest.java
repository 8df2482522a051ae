package io.clipure.stream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Regenerate with {@code -Dclipure.update-readme=true}. */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final String BEGIN = "<!-- configuration:begin -->";
  private static final String END = "<!-- configuration:end -->";

  @Test
  void the_readme_holds_the_generated_table_of_settings() throws IOException {
    assumeThat(README).as("the README is written").exists();
    String readme = Files.readString(README);
    assumeThat(readme).as("the README has a section for settings").contains(BEGIN, END);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    String expected = "\n" + Catalogue.markdownTable();
    if (Boolean.getBoolean("clipure.update-readme")) {
      Files.writeString(README, readme.substring(0, begin) + expected + readme.substring(end));
    } else {
      assertThat(readme.substring(begin, end))
          .as("settings in README.md; update with -Dclipure.update-readme=true")
          .isEqualTo(expected);
    }
  }
}
