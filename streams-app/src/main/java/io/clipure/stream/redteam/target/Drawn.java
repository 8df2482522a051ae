package io.clipure.stream.redteam.target;

import io.clipure.stream.views.View;
import java.util.List;

/**
 * The rows that one image takes in a batch: itself first, then the views of every draw.
 *
 * @param first row of the image
 * @param draws views of each draw, in the order of their rows
 */
record Drawn(int first, List<List<View>> draws) {

  /** Rows of one draw's views begin here. */
  int row(int draw) {
    int row = first + 1;
    for (int d = 0; d < draw; d++) {
      row += draws.get(d).size();
    }
    return row;
  }
}
