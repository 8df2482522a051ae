package io.clipure.stream.app;

import io.clipure.stream.image.fetch.Fetched;

/** Fetches on the calling thread, where nobody else waits for it. */
final class Fetches {
  private Fetches() {}

  /**
   * Goes on with a fetch until it is over: hops, pauses and attempts.
   *
   * @return {@link Fetched.Content} or {@link Fetched.Refused}
   */
  static Fetched finish(Fetched fetched) {
    Fetched at = fetched;
    while (!(at instanceof Fetched.Content) && !(at instanceof Fetched.Refused)) {
      at = next(at);
    }
    return at;
  }

  private static Fetched next(Fetched fetched) {
    if (fetched instanceof Fetched.Hop hop) {
      return hop.run().get();
    }
    Fetched.Later later = (Fetched.Later) fetched;
    try {
      Thread.sleep(later.after().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting to fetch an image again", e);
    }
    return later.next().get();
  }
}
