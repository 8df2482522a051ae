package io.clipure.stream.image.fetch;

/** References of one kind. Thread-safe. */
interface Source extends AutoCloseable {
  /**
   * Checks what can be checked without waiting.
   *
   * @param reference the whole text, scheme included
   * @throws FetchException if it is refused
   */
  Leg begin(String reference) throws FetchException;

  @Override
  void close();
}
