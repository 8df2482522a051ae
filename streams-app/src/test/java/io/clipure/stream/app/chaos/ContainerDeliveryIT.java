package io.clipure.stream.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The delivery promise, kept by containers of the built image under exactly-once: broker, registry
 * and service in containers of their own, what is published and what is read outside of them.
 */
@ExtendWith(StageExtension.class)
class ContainerDeliveryIT {
  private static final int SOME = 60;

  private static void assertAsPromised(Outcome outcome) {
    assertThat(outcome.problems()).as("%s", outcome.tally()).isEmpty();
    assertThat(outcome.tally().published()).isGreaterThan(2 * SOME);
    assertThat(outcome.tally().labelled() + outcome.tally().deadLettered())
        .isEqualTo(outcome.tally().published());
    assertThat(outcome.tally().labelled()).isPositive();
    assertThat(outcome.tally().deadLettered()).isPositive();
  }

  @Test
  void two_containers_share_the_work_and_every_event_ends_once(Stage stage) {
    try (ContainerRun run = new ContainerRun(stage, "share")) {
      List<ServiceContainer> both = run.start(2);
      run.awaitCommitted(4 * SOME);
      run.settle();
      double[] verdicts =
          both.stream().mapToDouble(one -> one.metric("clipure_verdicts_total")).toArray();
      Outcome outcome = run.account("two containers share the work");

      assertAsPromised(outcome);
      assertThat(verdicts[0]).isPositive();
      assertThat(verdicts[1]).isPositive();
      // More where a rebalance aborted a transaction: counted as made, not as committed.
      assertThat(verdicts[0] + verdicts[1]).isGreaterThanOrEqualTo(outcome.tally().labelled());
      Stage.say("verdicts of each: %.0f and %.0f".formatted(verdicts[0], verdicts[1]));
      assertThat(HostVerdicts.differences(run.records())).isEmpty();
    }
  }

  @Test
  void a_third_joins_and_one_leaves_under_traffic(Stage stage) {
    try (ContainerRun run = new ContainerRun(stage, "scale")) {
      ServiceContainer first = run.start(2).get(0);
      run.awaitWritten(SOME);
      run.fault("scaling out: a third container");
      run.start(1);
      run.awaitWritten(SOME);
      run.fault("scaling in: SIGTERM to " + first.name());
      run.terminate(first);
      assertThat(first.lastWords()).contains("stopped: all drained and committed");
      run.awaitHolders(2);
      run.awaitCommitted(SOME);
      run.settle();
      assertAsPromised(run.account("scaled out to three and in to two"));
    }
  }

  @Test
  void a_killed_container_is_started_again_under_traffic(Stage stage) {
    try (ContainerRun run = new ContainerRun(stage, "kill")) {
      List<ServiceContainer> both = run.start(2);
      for (ServiceContainer victim : both) {
        run.awaitWritten(SOME);
        run.fault("kill -9 of " + victim.name());
        assertThat(victim.kill()).isEqualTo(137);
        victim.startAgain();
        run.awaitReady(victim);
        run.awaitHolders(2);
        run.awaitWritten(SOME);
      }
      run.settle();
      assertAsPromised(run.account("kill -9 of each, started again"));
    }
  }

  @Test
  void a_container_paused_past_its_session_doubles_nothing_when_it_wakes_up(Stage stage) {
    try (ContainerRun run = new ContainerRun(stage, "pause")) {
      ServiceContainer zombie = run.start(2).get(0);
      run.awaitWritten(SOME);
      run.fault("docker pause of " + zombie.name());
      zombie.pause();
      run.awaitEviction(zombie);
      run.awaitTransactionsOver();
      run.awaitCommitted(SOME);
      run.fault("docker unpause of " + zombie.name());
      zombie.unpause();
      run.awaitHolders(2);
      run.awaitCommitted(SOME);
      run.settle();
      assertAsPromised(run.account("paused past session and transaction"));
    }
  }

  @Test
  void containers_that_lose_the_network_come_back_and_nothing_is_lost(Stage stage) {
    try (ContainerRun run = new ContainerRun(stage, "network")) {
      List<ServiceContainer> both = run.start(2);
      for (List<ServiceContainer> cut : List.of(both.subList(0, 1), both)) {
        run.awaitWritten(SOME);
        run.fault("network cut from " + cut.size() + " of 2");
        cut.forEach(ServiceContainer::cutOff);
        cut.forEach(run::awaitEviction);
        if (cut.size() < both.size()) {
          run.awaitCommitted(SOME);
        }
        run.reconnect(cut);
        run.awaitHolders(2);
        run.awaitCommitted(SOME);
      }
      run.settle();
      assertThat(both).allMatch(ServiceContainer::running);
      assertAsPromised(run.account("network cut from one, then from both"));
    }
  }
}
