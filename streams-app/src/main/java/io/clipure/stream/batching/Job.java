package io.clipure.stream.batching;

import java.util.function.Supplier;

/**
 * One image to be loaded and encoded.
 *
 * @param bytes heap bytes held until its result is forwarded, for the in-flight budget
 * @param loader fetches and decodes on a load thread; expected failures are {@link Loaded.Settled}
 * @param <D> what the owner wants to keep of the loading
 */
public record Job<D>(long bytes, Supplier<Loaded<D>> loader) {}
