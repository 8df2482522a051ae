package io.clipure.stream.redteam.target;

/**
 * What one row of a batch is meant to become.
 *
 * @param victim the image it started from
 * @param aim class to end up in, for a targeted loss; {@link #ANY} otherwise
 * @param seed of whatever the target draws for this row (secret views, EOT samples): the same seed,
 *     pixels and goal give the same evaluation
 */
public record Goal(Victim victim, int aim, long seed) {
  /** No class in particular. */
  public static final int ANY = -1;
}
