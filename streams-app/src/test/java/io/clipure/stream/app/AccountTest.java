package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccountTest {
  private final Account account = new Account();

  @Test
  void addsUpWhenEveryEventCameOutOnce() {
    account.book(Account.Topic.LABELLED, "a");
    account.book(Account.Topic.DEAD_LETTER, "b");
    assertThat(account.findings(List.of("a", "b"))).isEmpty();
    assertThat(account.settled()).isEqualTo(2);
  }

  @Test
  void namesAnEventThatCameOutNowhere() {
    account.book(Account.Topic.LABELLED, "a");
    assertThat(account.findings(List.of("a", "lost")))
        .singleElement()
        .asString()
        .contains("1 published events came out nowhere", "lost");
  }

  @Test
  void seesAnEventThatCameOutTwice() {
    account.book(Account.Topic.LABELLED, "a");
    account.book(Account.Topic.LABELLED, "a");
    assertThat(account.findings(List.of("a")))
        .containsExactly("1 events came out more than once on LABELLED");
  }

  @Test
  void seesAnEventThatWasBothLabelledAndDeadLettered() {
    account.book(Account.Topic.LABELLED, "a");
    account.book(Account.Topic.DEAD_LETTER, "a");
    assertThat(account.findings(List.of("a")))
        .containsExactly("1 events were both labelled and dead-lettered");
  }

  @Test
  void seesAnEventThatWasNeverPublished() {
    account.book(Account.Topic.LABELLED, "a");
    account.book(Account.Topic.LABELLED, "stranger");
    assertThat(account.findings(List.of("a")))
        .containsExactly("1 events came out that were never published");
  }

  @Test
  void missesTheCopyOfAFlaggedImage() {
    account.book(Account.Topic.LABELLED, "a");
    account.expect(Account.Topic.LOW_CONFIDENCE);
    assertThat(account.flagsSettled()).isFalse();
    assertThat(account.findings(List.of("a")))
        .containsExactly("1 flags were due on LOW_CONFIDENCE, 0 came");
  }
}
