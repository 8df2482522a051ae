package io.clipure.stream.clip;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What open_clip does to a text before byte-pair encoding: repair of typography as ftfy does it,
 * HTML unescaping twice, lower case, white space collapsed. Repair of wrongly decoded text
 * ("mojibake") is left out: prompts come from a UTF-8 file, not from a crawl.
 */
final class TextCleaner {
  private static final Pattern SPACE =
      Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

  /** Control characters that show nothing; tab and line breaks are white space. */
  private static final Pattern CONTROL =
      Pattern.compile(
          "[\\x00-\\x08\\x0b\\x0e-\\x1b\\x7f\\x{206a}-\\x{206f}\\x{feff}\\x{fff9}-\\x{fffc}]");

  /** Full-width and half-width forms and the ideographic space: same letters, other widths. */
  private static final Pattern WIDTH = Pattern.compile("[\\x{ff01}-\\x{ffef}\\x{3000}]+");

  private static final Pattern LIGATURE = Pattern.compile("[\\x{fb00}-\\x{fb06}]");
  private static final Pattern SINGLE_QUOTE = Pattern.compile("[\\x{2018}-\\x{201b}\\x{02bc}]");
  private static final Pattern DOUBLE_QUOTE = Pattern.compile("[\\x{201c}-\\x{201f}]");
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}))|([A-Za-z][A-Za-z0-9]*));?");

  private TextCleaner() {}

  /** The cleaned, lower-case text. */
  static String clean(String text) {
    String clean = unescape(unescape(repair(text)));
    return SPACE.matcher(clean.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
  }

  private static String repair(String text) {
    String repaired = LIGATURE.matcher(text).replaceAll(TextCleaner::compatible);
    repaired = WIDTH.matcher(repaired).replaceAll(TextCleaner::compatible);
    repaired = SINGLE_QUOTE.matcher(repaired).replaceAll("'");
    repaired = DOUBLE_QUOTE.matcher(repaired).replaceAll("\"");
    repaired = CONTROL.matcher(repaired).replaceAll("");
    return Normalizer.normalize(repaired, Normalizer.Form.NFC);
  }

  private static String compatible(MatchResult match) {
    return Matcher.quoteReplacement(Normalizer.normalize(match.group(), Normalizer.Form.NFKC));
  }

  private static String unescape(String text) {
    return text.indexOf('&') < 0
        ? text
        : REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(character(match)));
  }

  private static String character(MatchResult reference) {
    Integer codePoint;
    if (reference.group(1) != null) {
      codePoint = Integer.valueOf(reference.group(1), 16);
    } else if (reference.group(2) != null) {
      codePoint = Integer.valueOf(reference.group(2));
    } else {
      codePoint = Entities.BY_NAME.get(reference.group(3));
    }
    if (codePoint == null) {
      return reference.group();
    }
    boolean character =
        codePoint != 0
            && Character.isValidCodePoint(codePoint)
            && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
    return character ? Character.toString(codePoint) : "\ufffd";
  }

  /** The named references, read on first use. */
  private static final class Entities {
    static final Map<String, Integer> BY_NAME = read();

    private static Map<String, Integer> read() {
      Properties names = new Properties();
      try (InputStream in = TextCleaner.class.getResourceAsStream("html-entities.properties")) {
        names.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException("html-entities.properties cannot be read from the jar", e);
      }
      Map<String, Integer> byName = new HashMap<>();
      for (String name : names.stringPropertyNames()) {
        byName.put(name, Integer.valueOf(names.getProperty(name), 16));
      }
      return Map.copyOf(byName);
    }
  }
}
