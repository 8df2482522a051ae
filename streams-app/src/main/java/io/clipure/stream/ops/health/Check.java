package io.clipure.stream.ops.health;

/**
 * One thing that was looked at.
 *
 * @param name short and fixed, for alerts and people
 * @param ok whether it is as it should be
 * @param detail what was seen, in one line
 */
public record Check(String name, boolean ok, String detail) {
  /** As it should be. */
  public static Check ok(String name, String detail) {
    return new Check(name, true, detail);
  }

  /** Not as it should be. */
  public static Check failing(String name, String detail) {
    return new Check(name, false, detail);
  }
}
