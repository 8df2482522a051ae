package io.clipure.stream.topology;

/**
 * What the topology stamps and where it reads and writes.
 *
 * @param topics topic names
 * @param storeEmbedding whether results carry the embedding, in half precision
 * @param preprocessing id of the pixel pipeline, for provenance
 * @param engine engine and version, for provenance
 * @param precision arithmetic of the encoder, for provenance
 * @param applicationVersion version of this application
 */
public record TopologySettings(
    Topics topics,
    boolean storeEmbedding,
    String preprocessing,
    String engine,
    String precision,
    String applicationVersion) {}
