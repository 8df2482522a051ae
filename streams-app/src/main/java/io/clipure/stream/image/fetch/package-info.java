/**
 * Content by reference: a URI in, the bytes or a refusal out, under limits of place, size, time and
 * redirects. Blocking work is handed out as {@link io.clipure.stream.image.fetch.Fetched.Hop hops};
 * who runs them owns the threads. Knows nothing of formats, models or Kafka.
 */
package io.clipure.stream.image.fetch;
