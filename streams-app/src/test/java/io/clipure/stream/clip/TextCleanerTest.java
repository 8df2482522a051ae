package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextCleanerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "' a  Photo\u00a0of\u3000x '|a photo of x",
        "'&amp;lt;b&amp;gt; &copy; &#233; &#xE9;'|'<b> \u00a9 \u00e9 \u00e9'",
        "'&nosuch; &#0; &#xD800; R&D'|'&nosuch; \ufffd \ufffd r&d'",
        "'o\ufb03ce \u2018n\u2019 \u201cq\u201d'|'office ''n'' \"q\"'",
        "'zero\ufeffwidth bell\u0007'|'zerowidth bell'",
        "'e\u0301'|'\u00e9'"
      })
  void cleansAsOpenClipDoes(String text, String clean) {
    assertThat(TextCleaner.clean(text)).isEqualTo(clean);
  }
}
