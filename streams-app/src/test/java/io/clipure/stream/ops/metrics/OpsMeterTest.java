package io.clipure.stream.ops.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Regenerate the README's table with {@code -Dclipure.update-readme=true}. */
class OpsMeterTest {
  private static final Path README = Path.of("..", "README.md");
  private static final String BEGIN = "<!-- metrics:begin -->";
  private static final String END = "<!-- metrics:end -->";

  @Test
  void names_are_unique_and_every_meaning_is_a_sentence() {
    assertThat(Arrays.stream(OpsMeter.values()).map(OpsMeter::prometheusName))
        .doesNotHaveDuplicates();
    assertThat(OpsMeter.values())
        .allSatisfy(
            meter -> {
              assertThat(meter.meaning()).endsWith(".").doesNotContain("|");
              assertThat(meter.meter()).matches("clipure(\\.[a-z]+)+");
              assertThat(meter.tags()).allMatch(tag -> tag.matches("[a-z]+"));
              assertThat(meter.buckets().length > 0)
                  .isEqualTo(meter.kind() == OpsMeter.Kind.HISTOGRAM);
              assertThat(meter.buckets()).isSorted();
            });
  }

  @Test
  void the_readme_holds_the_generated_table_of_metrics() throws IOException {
    assumeThat(README).as("the README is written").exists();
    String readme = Files.readString(README);
    assumeThat(readme).as("the README has a section for metrics").contains(BEGIN, END);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    String expected = "\n" + OpsMeter.markdownTable();
    if (Boolean.getBoolean("clipure.update-readme")) {
      Files.writeString(README, readme.substring(0, begin) + expected + readme.substring(end));
    } else {
      assertThat(readme.substring(begin, end))
          .as("metrics in README.md; update with -Dclipure.update-readme=true")
          .isEqualTo(expected);
    }
  }
}
