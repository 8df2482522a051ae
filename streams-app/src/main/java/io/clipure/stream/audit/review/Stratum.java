package io.clipure.stream.audit.review;

import io.clipure.schemas.LabelledImage;
import java.util.Locale;
import java.util.Optional;

/** Part of the traffic that is drawn for review with a chance of its own. */
public enum Stratum {
  /** Verdicts with a flag of any kind: all of them. */
  FLAGGED,
  /** The rest: a share of them, chosen at random. */
  RANDOM;

  /** The stratum a verdict belongs to. */
  public static Stratum of(LabelledImage verdict) {
    return verdict.getFlags().isEmpty() ? RANDOM : FLAGGED;
  }

  /** The name in records and lines. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The stratum of a name. */
  public static Optional<Stratum> parse(String id) {
    for (Stratum stratum : values()) {
      if (stratum.id().equals(id)) {
        return Optional.of(stratum);
      }
    }
    return Optional.empty();
  }
}
