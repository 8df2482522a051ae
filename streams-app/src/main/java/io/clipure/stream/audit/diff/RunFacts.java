package io.clipure.stream.audit.diff;

import java.util.Map;

/**
 * One run by itself.
 *
 * @param source where it was read
 * @param labelled verdicts read, doubles included
 * @param deadLetters dead letters read
 * @param unreadable records that are no verdict
 * @param nameless dead letters that do not say which event they are
 * @param provenance values of each field of provenance, with the number of verdicts
 * @param cost what the verdicts took
 */
public record RunFacts(
    RunSource source,
    long labelled,
    long deadLetters,
    long unreadable,
    long nameless,
    Map<String, Map<String, Long>> provenance,
    Cost cost) {

  /**
   * What the verdicts took.
   *
   * @param load fetch, guard, decode and resize, each image
   * @param queue waiting for a batch, each image
   * @param encode the whole batch in the encoder, as each image saw it
   * @param encodeShare encoder time divided by the batch, each image
   * @param meanBatch mean batch size that an image was in
   * @param passes mean images and views encoded for one verdict; 0: scored from embeddings
   * @param first when the first verdict was made, UTC; null: none
   * @param last when the last one was made
   */
  public record Cost(
      Quantiles load,
      Quantiles queue,
      Quantiles encode,
      Quantiles encodeShare,
      double meanBatch,
      double passes,
      String first,
      String last) {}
}
