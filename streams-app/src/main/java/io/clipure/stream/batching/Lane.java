package io.clipure.stream.batching;

/**
 * Who waits for an image. A live image goes before every back-fill image wherever the two meet:
 * room, fetch slots, load threads, decode memory, devices.
 */
public enum Lane {
  /** Somebody waits: between "upload accepted" and "post visible". */
  LIVE,

  /**
   * Nobody waits: old images, read again. It takes whatever live images leave, at most its share of
   * every room; nothing more is promised: while live images keep everything busy, it rests.
   */
  BACKFILL
}
