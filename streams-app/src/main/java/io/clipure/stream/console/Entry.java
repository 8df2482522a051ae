package io.clipure.stream.console;

import java.util.Optional;

/**
 * One line of the page.
 *
 * @param sequence 1, 2, 3 … since start
 * @param note what it shows; without its picture
 * @param picture kept of it
 * @param event what pages are sent: one event in the format of server-sent events
 */
record Entry(long sequence, Note note, Optional<Picture> picture, byte[] event) {
  /** A label of a verdict, its score objects and strings shared with others left out. */
  private static final int LABEL_BYTES = 96;

  /** About what it holds, in bytes. */
  long bytes() {
    long bytes = 512 + event.length + picture.map(p -> (long) p.rgb().length).orElse(0L);
    if (note instanceof VerdictNote verdict) {
      bytes += (long) LABEL_BYTES * verdict.result().getScores().size();
    }
    return bytes;
  }
}
