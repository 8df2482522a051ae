package io.clipure.stream.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which pass-through values must not be shown. In doubt they are hidden. */
final class Secrets {
  static final String HIDDEN = "(hidden)";

  private static final Pattern SECRET =
      Pattern.compile(
          "password|passphrase|passwd|pwd|secret|token|jaas|credential|certificate|user\\.?info|key"
              + "|^request\\.header\\.|authorization");

  /** Keys that hold one of these words and nothing secret. */
  private static final Pattern NOT_SECRET =
      Pattern.compile(
          "key\\.(de)?serializer|key\\.serde|key\\.subject\\.name\\.strategy"
              + "|keystore\\.(location|type)|keymanager\\.algorithm|token\\.endpoint\\.url"
              + "|credentials\\.source|max\\.token\\.size|client\\.credentials\\.client\\.id");

  /** Up to the last @ of a word: a password may hold slashes and @ itself. */
  private static final Pattern USER_INFO = Pattern.compile("//\\S*@");

  /** Values within a login module's options. */
  private static final Pattern QUOTED = Pattern.compile("=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final Pattern PLAIN_KEY =
      Pattern.compile("[a-z][a-z0-9]{0,30}([._-][a-z0-9]{1,30})*");

  /** Shorter ones occur by chance in any text. */
  private static final int SHORTEST_REDACTED = 4;

  private Secrets() {}

  static boolean isSecret(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return SECRET.matcher(NOT_SECRET.matcher(lower).replaceAll("")).find();
  }

  /** The value, hidden if the key is a secret's, with user and password cut out of URLs. */
  static String shown(String key, String value) {
    return isSecret(key) ? HIDDEN : withoutUserInfo(value);
  }

  static String withoutUserInfo(String url) {
    return USER_INFO.matcher(url).replaceAll("//" + HIDDEN + "@");
  }

  /**
   * An unknown key, for a message. A line of a private key or the rest of a broken login module
   * reads like a key too, and is not repeated.
   */
  static String shownKey(String key) {
    return PLAIN_KEY.matcher(key).matches() ? '"' + key + '"' : "(hidden: does not look like one)";
  }

  /** The text without any of these values, nor any quoted piece of one. */
  static String redact(String text, Collection<String> values) {
    Set<String> pieces =
        new TreeSet<>(
            Comparator.comparingInt(String::length).reversed().thenComparing(piece -> piece));
    for (String value : values) {
      pieces.add(value.strip());
      Matcher quoted = QUOTED.matcher(value);
      while (quoted.find()) {
        pieces.add(quoted.group(1));
      }
    }
    String redacted = text;
    for (String piece : pieces) {
      if (piece.length() >= SHORTEST_REDACTED) {
        redacted = redacted.replace(piece, HIDDEN);
      }
    }
    return redacted;
  }
}
