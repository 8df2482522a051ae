package io.clipure.stream.redteam.attack;

import java.util.Locale;

/** How the size of a perturbation is measured. */
public enum Norm {
  /** The largest change of any channel of any pixel. */
  LINF,
  /** The Euclidean length of the change. */
  L2;

  /** Name in configuration and reports: lower case. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
