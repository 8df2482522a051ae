package io.clipure.stream.redteam.scorecard;

import java.util.List;

/**
 * What a column made of one image: means over its draws of the secret views, each 0 to 1.
 *
 * @param correct whether the top label is the true one
 * @param evaded whether the decision is milder than the true label's action and the image is not
 *     flagged as suspected adversarial
 * @param passed whether it is allowed and not flagged as suspected adversarial
 * @param flagged whether it is flagged as suspected adversarial
 * @param lowConfidence whether it is flagged as low-confidence; such a flag does not count against
 *     an attacker
 * @param stopped whether it is blocked, sent to review or flagged as suspected adversarial
 * @param suspicion the suspicion score of every draw; empty: the column has none
 * @param verdict of the first draw, for people
 */
public record Outcome(
    double correct,
    double evaded,
    double passed,
    double flagged,
    double lowConfidence,
    double stopped,
    List<Double> suspicion,
    String verdict) {
  /** Copies the list. */
  public Outcome {
    suspicion = List.copyOf(suspicion);
  }

  /** The mean of judgements of the same image; the verdict is the first's. */
  public static Outcome mean(List<Outcome> draws) {
    return new Outcome(
        draws.stream().mapToDouble(Outcome::correct).average().orElseThrow(),
        draws.stream().mapToDouble(Outcome::evaded).average().orElseThrow(),
        draws.stream().mapToDouble(Outcome::passed).average().orElseThrow(),
        draws.stream().mapToDouble(Outcome::flagged).average().orElseThrow(),
        draws.stream().mapToDouble(Outcome::lowConfidence).average().orElseThrow(),
        draws.stream().mapToDouble(Outcome::stopped).average().orElseThrow(),
        draws.stream().flatMap(draw -> draw.suspicion().stream()).toList(),
        draws.get(0).verdict());
  }
}
