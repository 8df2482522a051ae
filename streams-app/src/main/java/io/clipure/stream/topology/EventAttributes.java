package io.clipure.stream.topology;

import io.clipure.schemas.ImageEvent;
import io.clipure.stream.batching.Job;
import io.clipure.stream.batching.Lane;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a publisher may ask for one event, by its attributes. A value that cannot be read is the
 * event's fault: passed over, it would promise a priority or a deadline that is not kept.
 */
public final class EventAttributes {
  /** {@code live} or {@code backfill}; absent: what the topic is for. */
  public static final String PRIORITY = "clipure.priority";

  /**
   * Milliseconds UTC, decimal: an image that is not in an encoder by then is dead-lettered as
   * DEADLINE_EXPIRED; absent: what is configured for the topic.
   */
  public static final String DEADLINE = "clipure.deadline";

  private EventAttributes() {}

  /**
   * Who waits for the image.
   *
   * @param lane the topic's
   * @throws ImageRejectedException if the attribute says something else
   */
  static Lane lane(Map<String, String> attributes, Lane lane) {
    String priority = attributes.get(PRIORITY);
    if (priority == null) {
      return lane;
    }
    return switch (priority) {
      case "live" -> Lane.LIVE;
      case "backfill" -> Lane.BACKFILL;
      default -> throw invalid(PRIORITY, priority, "live or backfill");
    };
  }

  /**
   * When the image is no longer worth encoding, milliseconds UTC; {@link Job#NEVER}: always is.
   *
   * @param timestamp of the record, milliseconds UTC
   * @param age the topic's deadline, counted from the upload where the event tells it, else from
   *     the record's timestamp
   * @throws ImageRejectedException if the attribute is no number
   */
  static long deadline(ImageEvent event, long timestamp, Optional<Duration> age) {
    String deadline = event.getAttributes().get(DEADLINE);
    if (deadline == null) {
      long since = event.getUploadedAt() == null ? timestamp : event.getUploadedAt().toEpochMilli();
      return age.map(limit -> since + limit.toMillis()).orElse(Job.NEVER);
    }
    if (!deadline.matches("\\d{1,18}")) {
      throw invalid(DEADLINE, deadline, "milliseconds UTC, decimal");
    }
    return Long.parseLong(deadline);
  }

  private static ImageRejectedException invalid(String name, String seen, String expected) {
    String shown = seen.length() <= 40 ? seen : seen.substring(0, 40) + "...";
    return new ImageRejectedException(
        ReasonCodes.INVALID_ATTRIBUTE,
        "attribute %s is \"%s\"; expected %s, or leave it out"
            .formatted(name, shown.replaceAll("[^ -~]", "?"), expected));
  }
}
