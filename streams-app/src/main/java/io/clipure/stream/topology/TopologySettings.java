package io.clipure.stream.topology;

import java.time.Duration;
import java.util.Optional;

/**
 * What the topology stamps and where it reads and writes.
 *
 * @param topics topic names
 * @param storeEmbedding whether results carry the embedding, in half precision
 * @param preprocessing id of the pixel pipeline, for provenance
 * @param engine engine and version, for provenance
 * @param precision arithmetic of the encoder, for provenance
 * @param applicationVersion version of this application
 * @param liveDeadline age from which a live event is not worth encoding, unless it says otherwise;
 *     empty: none. Back-fill has none: it is old by nature
 */
public record TopologySettings(
    Topics topics,
    boolean storeEmbedding,
    String preprocessing,
    String engine,
    String precision,
    String applicationVersion,
    Optional<Duration> liveDeadline) {

  /** The same with other topics. */
  public TopologySettings with(Topics others) {
    return new TopologySettings(
        others, storeEmbedding, preprocessing, engine, precision, applicationVersion, liveDeadline);
  }
}
