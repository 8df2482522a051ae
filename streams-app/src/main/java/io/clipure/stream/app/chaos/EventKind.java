package io.clipure.stream.app.chaos;

/** Kinds of events the publisher sends, and how each must end. */
enum EventKind {
  /** A sound image. */
  GOOD(Ending.LABELLED),
  /** A sound image on which the device computes for tens of milliseconds. */
  SLOW(Ending.LABELLED),
  /** An image whose bytes end early. */
  BROKEN_IMAGE(Ending.DEAD_LETTER),
  /** A value that is no Avro record. */
  NOT_AVRO(Ending.DEAD_LETTER),
  /** No value at all. */
  NO_VALUE(Ending.DEAD_LETTER),
  /** The device throws on any batch with this image. */
  THROWS(Ending.DEAD_LETTER),
  /** The device throws in one run of two. */
  THROWS_SOMETIMES(Ending.EITHER),
  /** The device wants 16 TiB for any batch of more than two images with this one. */
  OUT_OF_MEMORY(Ending.LABELLED),
  /** The device hangs on any batch with this image. */
  HANGS(Ending.DEAD_LETTER),
  /** The device hangs in one run of two. */
  HANGS_SOMETIMES(Ending.EITHER),
  /** A reference that is served at once. */
  DOWNLOAD(Ending.LABELLED),
  /** A reference that is served late. */
  SLOW_DOWNLOAD(Ending.LABELLED),
  /** A reference that answers 503 first. */
  FLAKY_DOWNLOAD(Ending.LABELLED),
  /** A reference that answers 404. */
  MISSING_DOWNLOAD(Ending.DEAD_LETTER),
  /** A reference that never answers. */
  HUNG_DOWNLOAD(Ending.DEAD_LETTER);

  /** How an event may end. */
  enum Ending {
    LABELLED,
    DEAD_LETTER,
    EITHER
  }

  private final Ending ending;

  EventKind(Ending ending) {
    this.ending = ending;
  }

  /** Whether the event refers to its image instead of holding it. */
  boolean isReference() {
    return compareTo(DOWNLOAD) >= 0;
  }

  Ending ending() {
    return ending;
  }
}
