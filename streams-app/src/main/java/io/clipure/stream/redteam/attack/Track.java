package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Goal;
import io.clipure.stream.redteam.target.Victim;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One victim's way through an attack: where it started, what was found, what it cost. */
final class Track {
  /** An image found, with the attack's loss there. */
  record Candidate(byte[] image, double loss) {}

  private final Victim victim;
  private final float[] original;
  private final long seed;
  private final List<Candidate> candidates = new ArrayList<>();
  private Candidate broken;
  private Candidate fallback;
  private long queries;
  private long gradients;
  private long drawn;

  Track(Victim victim, long seed) {
    this.victim = victim;
    this.original = new float[victim.pixels().length];
    for (int i = 0; i < original.length; i++) {
      original[i] = victim.pixels()[i] & 0xFF;
    }
    this.seed = mix(seed + 0x9E3779B97F4A7C15L * (victim.index() + 1));
    this.fallback = new Candidate(victim.pixels(), Double.NEGATIVE_INFINITY);
  }

  Victim victim() {
    return victim;
  }

  float[] original() {
    return original;
  }

  /** A stream of its own for one start. */
  SplittableRandom random(long start) {
    return new SplittableRandom(mix(seed ^ mix(start + 1)));
  }

  /** The next evaluation's goal; every call draws afresh. */
  Goal goal(int aim) {
    return new Goal(victim, aim, mix(seed + ++drawn));
  }

  void asked(long decisions) {
    queries += decisions;
  }

  void differentiated(long draws) {
    gradients += draws;
  }

  boolean isBroken() {
    return broken != null;
  }

  void broke(byte[] image, double loss) {
    broken = new Candidate(image, loss);
  }

  /** Remembers an image to choose from at the end. */
  void consider(byte[] image, double loss) {
    candidates.add(new Candidate(image, loss));
    if (loss > fallback.loss()) {
      fallback = candidates.get(candidates.size() - 1);
    }
  }

  List<Candidate> candidates() {
    return candidates;
  }

  /** Makes one of the candidates the one to be decided upon. */
  void choose(Candidate candidate) {
    fallback = candidate;
  }

  Candidate result() {
    return broken != null ? broken : fallback;
  }

  Attacked attacked() {
    Candidate result = result();
    return new Attacked(victim, result.image(), broken != null, queries, gradients, result.loss());
  }

  /** Finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
