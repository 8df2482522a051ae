package io.clipure.stream.console;

import io.clipure.schemas.Decision;
import io.clipure.schemas.LabelledImage;
import java.time.Instant;
import java.util.Optional;

/**
 * A verdict as the page is told of it.
 *
 * @param result the record; not to be modified
 * @param backfill whether nobody waits for it
 * @param uploadedAt when the upload was accepted
 * @param picture what the encoder saw; empty: not kept
 */
public record VerdictNote(
    LabelledImage result, boolean backfill, Instant uploadedAt, Optional<Picture> picture)
    implements Note {

  @Override
  public boolean notable() {
    return result.getDecision() != Decision.ALLOW || !result.getFlags().isEmpty();
  }

  @Override
  public long atMillis() {
    return result.getTimings().getLabelledAt().toEpochMilli();
  }

  /** From upload to verdict, milliseconds; clocks of two machines may make it too short. */
  long latencyMillis() {
    return Math.max(0, atMillis() - uploadedAt.toEpochMilli());
  }
}
