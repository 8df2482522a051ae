package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  @Test
  void wordsAreLettersDigitsAndApostrophesInLowerCase() {
    Vocabulary vocabulary = new Vocabulary(Set.of("a", "devil's", "8", "ball"));

    assertThat(vocabulary.unknown("A devil's 8-ball.")).isEmpty();
    assertThat(vocabulary.unknown("A devil\u2019s ball")).isEmpty();
    assertThat(vocabulary.unknown("caf\u00e9/bar, BAR")).containsExactly("caf\u00e9", "bar");
  }

  @Test
  void anOpenVocabularyKnowsEveryWord() {
    assertThat(new Vocabulary(null).unknown("zyzzyva")).isEmpty();
  }
}
