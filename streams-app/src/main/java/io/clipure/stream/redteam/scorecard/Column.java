package io.clipure.stream.redteam.scorecard;

import java.util.List;

/**
 * One way to deploy that is measured.
 *
 * @param id short name: {@code plain}, {@code published}, {@code deployed}, {@code compare}
 * @param title name for people
 * @param description bundle, purifier, views and suspicion, in one line
 * @param suspicion whether it has a suspicion score
 * @param draws how often it judges an image, each time with fresh secret views; 1: nothing is
 *     random
 */
public record Column(String id, String title, String description, boolean suspicion, int draws) {
  /** The encoder alone: no purification, one view, no suspicion. */
  public static final String PLAIN = "plain";

  /** CLIPure-Cos with the paper's settings. */
  public static final String PUBLISHED = "published";

  /** The configuration as it is. */
  public static final String DEPLOYED = "deployed";

  /** A second bundle's encoder alone. */
  public static final String COMPARE = "compare";

  /** Every id there may be. */
  public static final List<String> IDS = List.of(COMPARE, PLAIN, PUBLISHED, DEPLOYED);
}
