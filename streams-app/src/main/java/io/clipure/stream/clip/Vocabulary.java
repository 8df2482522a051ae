package io.clipure.stream.clip;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The words a text encoder was trained on. A small encoder scores a word it never saw like noise,
 * so such words are reported instead.
 *
 * @param known lower-case words; null: every word is known
 */
record Vocabulary(Set<String> known) {
  private static final Pattern NOT_A_WORD = Pattern.compile("[^\\p{L}\\p{M}\\p{N}']+");

  /** The distinct unknown words of a text, lower-case, in order of appearance. */
  List<String> unknown(String text) {
    List<String> unknown = new ArrayList<>();
    if (known == null) {
      return unknown;
    }
    for (String word : NOT_A_WORD.split(TextCleaner.clean(text).toLowerCase(Locale.ROOT))) {
      if (!word.isEmpty() && !known.contains(word) && !unknown.contains(word)) {
        unknown.add(word);
      }
    }
    return unknown;
  }
}
