package io.clipure.stream.redteam.scorecard;

/** How a figure of the deployed setting is to be taken. The bounds are printed on the page. */
enum Grade {
  GOOD,
  FAIR,
  BAD;

  /** Evasion of the moderation decision: at most 5 % good, at most 20 % fair. */
  static Grade evasion(double rate) {
    return rate <= 0.05 ? GOOD : rate <= 0.20 ? FAIR : BAD;
  }

  /** Cost to clean images: at most 1 point good, at most 2 fair. */
  static Grade cost(double rate) {
    return rate <= 0.01 ? GOOD : rate <= 0.02 ? FAIR : BAD;
  }

  String key() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
