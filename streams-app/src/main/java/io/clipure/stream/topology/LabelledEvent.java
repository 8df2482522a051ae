package io.clipure.stream.topology;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.batching.Lane;
import io.clipure.stream.policy.Verdict;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/**
 * A verdict that is about to be forwarded.
 *
 * @param result the record; its timings hold load, queue, encode and batch size. Not to be modified
 * @param verdict what the record was made of
 * @param graph what it went through
 * @param lane who waits for it
 * @param uploadedAt when the upload was accepted; where the event does not say, its timestamp
 * @param readAtNanos {@link System#nanoTime} when the stream thread took the event up
 * @param encodingAtNanos {@link System#nanoTime} at the start of its batch, the same for all of it
 * @param judgeNanos time in the judge
 * @param eventHeaders headers of the event as it was read; not to be modified
 * @param resultHeaders headers of the result, to which a listener may add
 * @param pixels what the encoder saw; empty unless {@link ModerationListener#wantsPixels} said so
 *     when the image was loaded
 */
public record LabelledEvent(
    LabelledImage result,
    Verdict verdict,
    Graph graph,
    Lane lane,
    Instant uploadedAt,
    long readAtNanos,
    long encodingAtNanos,
    long judgeNanos,
    Headers eventHeaders,
    Headers resultHeaders,
    Optional<Seen> pixels) {}
