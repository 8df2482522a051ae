package io.clipure.stream.redteam.attack;

/** One start of one victim. */
class State {
  final Track track;

  /** Class aimed at, or {@code Goal.ANY}. */
  final int aim;

  /** The current iterate. */
  float[] image;

  State(Track track, int aim, float[] image) {
    this.track = track;
    this.aim = aim;
    this.image = image;
  }
}
