package io.clipure.stream.redteam.target;

import io.clipure.stream.views.View;
import java.util.List;

/**
 * The rows that one image takes in a batch, a block a draw. A block is the views of the draw, and
 * before them the image: in the first block only, or in each where every draw sees it differently.
 *
 * @param first row of the image in the first block
 * @param draws what is drawn each time
 * @param imageEachDraw whether each block has the image
 */
record Drawn(int first, List<Draw> draws, boolean imageEachDraw) {

  /**
   * One draw of what is secret.
   *
   * @param digest stands for the image's digest where noise is derived from it
   */
  record Draw(byte[] digest, List<View> views) {}

  /** Row of the image as a draw sees it. */
  int imageRow(int draw) {
    return imageEachDraw ? first + draw + viewsBefore(draw) : first;
  }

  /** Rows of one draw's views begin here. */
  int row(int draw) {
    return first + 1 + (imageEachDraw ? draw : 0) + viewsBefore(draw);
  }

  private int viewsBefore(int draw) {
    return draws.subList(0, draw).stream().mapToInt(before -> before.views().size()).sum();
  }
}
