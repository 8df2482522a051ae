package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ListenersTest {
  private static final DeadLettered EVENT =
      new DeadLettered(
          Graph.LIVE,
          "images",
          0,
          1,
          2,
          Optional.of("key"),
          OptionalLong.empty(),
          "CORRUPT_IMAGE",
          "it ends early",
          new RecordHeaders(),
          new RecordHeaders());

  @Test
  void one_that_fails_is_counted_and_keeps_nothing_from_the_others() {
    List<DeadLettered> seen = new ArrayList<>();
    Listeners listeners =
        new Listeners(
            List.of(
                new ModerationListener() {
                  @Override
                  public void deadLettered(DeadLettered event) {
                    throw new IllegalStateException("a bug in a listener");
                  }

                  @Override
                  public boolean wantsPixels() {
                    throw new IllegalStateException("another");
                  }
                },
                new ModerationListener() {
                  @Override
                  public void deadLettered(DeadLettered event) {
                    seen.add(event);
                  }

                  @Override
                  public boolean wantsPixels() {
                    return true;
                  }
                }));
    assertThatCode(() -> listeners.deadLettered(EVENT)).doesNotThrowAnyException();
    assertThat(listeners.wantsPixels()).isTrue();
    assertThat(seen).containsExactly(EVENT);
    assertThat(listeners.failures()).isEqualTo(2);
  }
}
