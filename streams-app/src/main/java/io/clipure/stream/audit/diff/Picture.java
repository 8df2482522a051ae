package io.clipure.stream.audit.diff;

/** What can be shown of an image. */
public sealed interface Picture {
  /**
   * Its pixels.
   *
   * @param jpeg a small JPEG file made by us
   */
  record Shown(byte[] jpeg) implements Picture {}

  /**
   * Nothing.
   *
   * @param reason a few words
   */
  record Absent(String reason) implements Picture {}
}
