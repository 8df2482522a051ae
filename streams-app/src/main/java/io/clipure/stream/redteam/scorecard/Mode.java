package io.clipure.stream.redteam.scorecard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** What an attacker knows. */
public enum Mode {
  /** No attack: the images as they are. */
  NONE("no attack"),
  /** The encoder alone: images are made against it without any defence, then sent in. */
  TRANSFER("knows the encoder"),
  /** The way the paper's script attacks: the purifier's gradient is detached, and so vanishes. */
  PUBLISHED("as the paper attacks"),
  /** Everything but the secret key. */
  ADAPTIVE("knows all but the key"),
  /** Only what the service answers. */
  BLACK_BOX("sees answers only");

  private final String meaning;

  Mode(String meaning) {
    this.meaning = meaning;
  }

  /** What the attacker knows, in a few words. */
  public String meaning() {
    return meaning;
  }

  /** Name in options and reports: lower case with hyphens. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The mode of a name.
   *
   * @throws IllegalArgumentException naming the modes there are
   */
  @JsonCreator
  public static Mode of(String key) {
    return Arrays.stream(values())
        .filter(mode -> mode.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "mode is \""
                        + key
                        + "\", expected one of "
                        + String.join(", ", Arrays.stream(values()).map(Mode::key).toList())));
  }
}
