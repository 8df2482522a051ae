package io.clipure.stream.purify;

import java.util.Objects;

/**
 * Stands for a purifier that has run on the device before an embedding is judged: it names the
 * method for provenance. Judging an embedding that came without its purified one is a mistake in
 * the wiring, which must not pass as a purified verdict.
 */
public final class OnDevicePurifier implements Purifier {
  private final String id;

  /** Creates a purifier with the id of the one on the device. */
  public OnDevicePurifier(String id) {
    this.id = Objects.requireNonNull(id, "id");
  }

  @Override
  public String id() {
    return id;
  }

  /**
   * Fails.
   *
   * @throws IllegalStateException always
   */
  @Override
  public PlanarRotation purify(double cosineToAnchor) {
    throw new IllegalStateException(
        "embedding came without its purified one, expected both from an encoder that runs "
            + id
            + "; it has no closed form");
  }
}
