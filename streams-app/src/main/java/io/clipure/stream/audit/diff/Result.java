package io.clipure.stream.audit.diff;

import io.clipure.schemas.Decision;
import io.clipure.schemas.FlagKind;
import java.util.Set;

/** What one run made of one event, as far as a comparison needs it. */
public sealed interface Result {
  /** Where the event was read from. */
  Place origin();

  /** Row or column of the flip matrix. */
  Outcome outcome();

  /**
   * A verdict.
   *
   * @param origin where the event was read from
   * @param sha256 digest of the encoded image, hex
   * @param decision the decision
   * @param decidedBy label that made it
   * @param topLabel label with the highest score
   * @param topScore that score, 0 to 1
   * @param margin top score minus the second best
   * @param flags kinds of flags it carries
   * @param suspicion suspicion score
   * @param layout the labels of {@code scores}
   * @param scores every label's score after purification, 0 to 1, {@code [labels]}; not to be
   *     modified
   */
  record Labelled(
      Place origin,
      String sha256,
      Decision decision,
      String decidedBy,
      String topLabel,
      double topScore,
      double margin,
      Set<FlagKind> flags,
      double suspicion,
      Layout layout,
      double[] scores)
      implements Result {
    @Override
    public Outcome outcome() {
      return Outcome.valueOf(decision.name());
    }
  }

  /**
   * A dead letter.
   *
   * @param origin where the event was read from; unknown where its headers do not say
   * @param reason reason code
   */
  record DeadLettered(Place origin, String reason) implements Result {
    @Override
    public Outcome outcome() {
      return Outcome.DEAD_LETTER;
    }
  }
}
