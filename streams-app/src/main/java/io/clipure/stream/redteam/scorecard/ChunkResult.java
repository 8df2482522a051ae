package io.clipure.stream.redteam.scorecard;

import java.util.List;

/**
 * A finished part of a task: one line of the journal.
 *
 * @param task id of the task
 * @param first place of the first image in the sample
 * @param images one result an image
 * @param pictures pixels of a few images, to show
 * @param seconds it took
 */
public record ChunkResult(
    String task, int first, List<ImageResult> images, List<Picture> pictures, double seconds) {
  /** Copies. */
  public ChunkResult {
    images = List.copyOf(images);
    pictures = List.copyOf(pictures);
  }

  /**
   * An image before and after.
   *
   * @param image its name
   * @param original PNG file
   * @param attacked PNG file
   */
  public record Picture(String image, byte[] original, byte[] attacked) {}
}
