package io.clipure.stream.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** Which pass-through values must not be shown. In doubt they are hidden. */
final class Secrets {
  static final String HIDDEN = "(hidden)";

  private static final Pattern SECRET =
      Pattern.compile("password|passphrase|secret|token|jaas|credential|user\\.info|key");

  /** Keys that hold the word "key" and nothing secret. */
  private static final Pattern NOT_SECRET =
      Pattern.compile(
          "key\\.(de)?serializer|key\\.serde|key\\.subject\\.name\\.strategy"
              + "|keystore\\.(location|type)|keymanager\\.algorithm|token\\.endpoint\\.url");

  private static final Pattern USER_INFO = Pattern.compile("//[^/@,\\s]*@");

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
}
