package io.clipure.stream.topology;

import io.clipure.stream.image.RejectionReason;
import java.util.ArrayList;
import java.util.List;

/**
 * Reason codes of dead letters made by this room; the names of {@link
 * io.clipure.stream.image.RejectionReason} are the others.
 */
public final class ReasonCodes {
  /** The value is not an image event: no Avro, an unknown schema id, another type. */
  public static final String UNDECODABLE_EVENT = "UNDECODABLE_EVENT";

  /** The record has no value. */
  public static final String EMPTY_VALUE = "EMPTY_VALUE";

  /** An attribute that this service reads cannot be read, see {@link EventAttributes}. */
  public static final String INVALID_ATTRIBUTE = "INVALID_ATTRIBUTE";

  /** The encoder fails or hangs for this image alone, or answers with NaN. */
  public static final String ENCODER_FAILED = "ENCODER_FAILED";

  /** The event's deadline passed before the encoder began. */
  public static final String DEADLINE_EXPIRED = "DEADLINE_EXPIRED";

  /** The broker would not take the result, or has refused it for good. */
  public static final String RESULT_REFUSED = "RESULT_REFUSED";

  /** A bug that this one event sets off; the log has the stack. */
  public static final String INTERNAL_ERROR = "INTERNAL_ERROR";

  /** Every reason that an event's dead letter may give, those of unusable images included. */
  public static List<String> all() {
    List<String> all =
        new ArrayList<>(
            List.of(
                UNDECODABLE_EVENT,
                EMPTY_VALUE,
                INVALID_ATTRIBUTE,
                ENCODER_FAILED,
                DEADLINE_EXPIRED,
                RESULT_REFUSED,
                INTERNAL_ERROR));
    for (RejectionReason reason : RejectionReason.values()) {
      all.add(reason.name());
    }
    return all;
  }

  private ReasonCodes() {}
}
