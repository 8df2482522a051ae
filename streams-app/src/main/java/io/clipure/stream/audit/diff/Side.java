package io.clipure.stream.audit.diff;

/** Which of the two runs. */
public enum Side {
  BEFORE,
  AFTER;

  /** Lower case, for reports. */
  public String key() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
