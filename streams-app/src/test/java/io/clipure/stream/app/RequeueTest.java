package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.config.AppConfig;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each dead letter goes back exactly once, whoever else sends and wherever a run dies. */
class RequeueTest {
  private static final int LETTERS = 7;
  private static EmbeddedBroker broker;

  private DeadLetterFixture topics;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void writeLetters() {
    topics = new DeadLetterFixture(broker);
    for (int i = 0; i < LETTERS; i++) {
      topics.write(
          topics.letter(i % 2, "key-" + i, new byte[] {(byte) i}, "CORRUPT_IMAGE", "" + i));
    }
  }

  /** What the command does with {@code --all}, with something in the way of each commit. */
  private int requeueAll(Runnable beforeCommit) {
    AppConfig config = topics.config();
    int[] sent = new int[1];
    try (DeadLetterTopic letters = DeadLetterTopic.open(config);
        DeadLetterTopic originals = DeadLetterTopic.open(config)) {
      RequeuePlan plan = new RequeuePlan(config, originals, Optional.empty(), Clock.systemUTC());
      RequeueLedger ledger = new RequeueLedger(config, letters);
      ledger.ensure();
      try (Requeue requeue =
          new Requeue(config, ledger, one -> sent[0]++, one -> {}, beforeCommit)) {
        Set<Position> done = requeue.begin();
        letters.each(
            Optional.empty(),
            letter -> {
              if (!done.contains(letter.position())) {
                requeue.offer((RequeuePlan.Planned.Ready) plan.plan(letter));
              }
            });
        requeue.finish();
      }
    }
    return sent[0];
  }

  private List<String> keysSentBack() {
    return topics.read(topics.images()).stream()
        .map(record -> new String(record.key(), StandardCharsets.UTF_8))
        .toList();
  }

  private static List<String> everyKeyOnce() {
    return java.util.stream.IntStream.range(0, LETTERS).mapToObj(i -> "key-" + i).toList();
  }

  @Test
  void aSecondOperatorFencesTheFirstAndEachRecordGoesBackOnce() {
    int[] second = new int[1];
    assertThatThrownBy(() -> requeueAll(() -> second[0] = requeueAll(() -> {})))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("another requeue of this topic has taken over; this one sent 0");

    assertThat(second[0]).isEqualTo(LETTERS);
    assertThat(keysSentBack()).containsExactlyInAnyOrderElementsOf(everyKeyOnce());
  }

  @Test
  void aRunThatDiesBetweenSendAndCommitLeavesNothingBehind() {
    assertThatThrownBy(
            () ->
                requeueAll(
                    () -> {
                      throw new IllegalStateException("killed");
                    }))
        .hasMessage("killed");
    assertThat(keysSentBack()).isEmpty();

    assertThat(requeueAll(() -> {})).isEqualTo(LETTERS);
    assertThat(requeueAll(() -> {})).isZero();
    assertThat(keysSentBack()).containsExactlyInAnyOrderElementsOf(everyKeyOnce());
    assertThat(topics.read(topics.ledger())).hasSize(LETTERS);
  }
}
