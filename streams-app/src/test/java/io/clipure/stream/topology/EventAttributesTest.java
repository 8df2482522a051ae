package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.schemas.ImageEvent;
import io.clipure.stream.batching.Job;
import io.clipure.stream.batching.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventAttributesTest {
  private static final Optional<Duration> MINUTE = Optional.of(Duration.ofMinutes(1));

  private static ImageEvent event(Map<String, String> attributes) {
    return ImageEvent.newBuilder(Fakes.event("x", Fakes.PLAIN)).setAttributes(attributes).build();
  }

  @ParameterizedTest
  @EnumSource(Lane.class)
  void an_event_without_priority_belongs_to_its_topics_lane(Lane lane) {
    assertThat(EventAttributes.lane(Map.of(), lane)).isEqualTo(lane);
  }

  @ParameterizedTest
  @EnumSource(Lane.class)
  void an_event_may_choose_the_other_lane(Lane topics) {
    assertThat(EventAttributes.lane(Map.of(EventAttributes.PRIORITY, "live"), topics))
        .isEqualTo(Lane.LIVE);
    assertThat(EventAttributes.lane(Map.of(EventAttributes.PRIORITY, "backfill"), topics))
        .isEqualTo(Lane.BACKFILL);
  }

  @Test
  void an_unknown_priority_is_refused_without_control_characters() {
    assertThatThrownBy(
            () -> EventAttributes.lane(Map.of(EventAttributes.PRIORITY, "\u001b[2J"), Lane.LIVE))
        .isInstanceOf(ImageRejectedException.class)
        .hasMessage(
            "attribute clipure.priority is \"?[2J\"; expected live or backfill, or leave it out");
  }

  @Test
  void without_any_deadline_an_image_is_always_worth_encoding() {
    assertThat(EventAttributes.deadline(event(Map.of()), 5, Optional.empty())).isEqualTo(Job.NEVER);
  }

  @Test
  void the_topics_deadline_counts_from_the_upload_where_the_event_tells_it() {
    ImageEvent event = event(Map.of());
    assertThat(EventAttributes.deadline(event, 5, MINUTE)).isEqualTo(60_005);

    ImageEvent uploaded =
        ImageEvent.newBuilder(event).setUploadedAt(Instant.ofEpochMilli(1_000)).build();
    assertThat(EventAttributes.deadline(uploaded, 5, MINUTE)).isEqualTo(61_000);
  }

  @Test
  void the_events_own_deadline_wins() {
    assertThat(EventAttributes.deadline(event(Map.of(EventAttributes.DEADLINE, "77")), 5, MINUTE))
        .isEqualTo(77);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "tomorrow", "9999999999999999999"})
  void a_deadline_that_is_no_time_is_refused(String text) {
    assertThatThrownBy(
            () ->
                EventAttributes.deadline(event(Map.of(EventAttributes.DEADLINE, text)), 5, MINUTE))
        .isInstanceOf(ImageRejectedException.class)
        .hasMessageContaining("expected milliseconds UTC, decimal");
  }
}
