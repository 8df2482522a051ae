package io.clipure.stream.topology;

import io.clipure.schemas.LabelledImage;

/** What becomes of a result that is judged anew. */
public sealed interface Rescored {
  /**
   * It was judged.
   *
   * @param result the same image with the new verdict
   */
  record Judged(LabelledImage result) implements Rescored {}

  /**
   * It cannot be judged from what it holds; its image may be.
   *
   * @param reason reason code
   * @param message one line for people
   */
  record Unusable(String reason, String message) implements Rescored {}
}
