package io.clipure.stream.topology;

import io.clipure.schemas.ImageEvent;
import io.clipure.stream.batching.Outcome;

/**
 * An event with its outcome: what travels from classify to unwrap.
 *
 * @param event the event; null if the record had no value
 * @param outcome embedding, refusal or failure
 * @param readAtNanos {@link System#nanoTime} when the event was taken up
 */
record Classified(ImageEvent event, Outcome<Loading> outcome, long readAtNanos) {}
