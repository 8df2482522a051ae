package io.clipure.stream.audit.verify;

import java.util.List;

/** What came of deriving one verdict again. */
public sealed interface Rederivation {
  /** What a reader should know besides, one line each. */
  List<String> notes();

  /**
   * From the image the same verdict followed.
   *
   * @param exact every number is the same to the bit, and the stored embeddings too
   * @param largest largest difference of a number, 0 if exact
   */
  record Reproduced(boolean exact, double largest, List<String> notes) implements Rederivation {}

  /**
   * Weaker: the same verdict followed from the embeddings that the record itself carries, to half
   * precision. That they are the image's own is believed, not shown.
   *
   * @param why what stood in the way of the image
   * @param detail that, in a sentence
   * @param largest largest difference of a number
   */
  record ScoresReproduced(Obstacle why, String detail, double largest, List<String> notes)
      implements Rederivation {}

  /**
   * Something else followed.
   *
   * @param fromImage whether the image was there; false: from the stored embeddings
   * @param differences what, and by how much
   */
  record Differs(boolean fromImage, List<Difference> differences, List<String> notes)
      implements Rederivation {}

  /**
   * Nothing can be said.
   *
   * @param why what stood in the way
   * @param detail that, in a sentence: what was seen, what was expected, what to do
   */
  record CannotVerify(Obstacle why, String detail, List<String> notes) implements Rederivation {}
}
