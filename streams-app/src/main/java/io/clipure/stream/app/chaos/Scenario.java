package io.clipure.stream.app.chaos;

import static io.clipure.stream.app.chaos.Fault.BROKER_RESTART;
import static io.clipure.stream.app.chaos.Fault.FREEZE_BRIEFLY;
import static io.clipure.stream.app.chaos.Fault.FREEZE_PAST_SESSION;
import static io.clipure.stream.app.chaos.Fault.FREEZE_PAST_TRANSACTION;
import static io.clipure.stream.app.chaos.Fault.JOIN;
import static io.clipure.stream.app.chaos.Fault.KILL;
import static io.clipure.stream.app.chaos.Fault.LEADER_CHANGE;
import static io.clipure.stream.app.chaos.Fault.LEAVE;
import static io.clipure.stream.app.chaos.Fault.REGISTRY_FAILING;
import static io.clipure.stream.app.chaos.Fault.REGISTRY_GONE;
import static io.clipure.stream.app.chaos.Fault.TERMINATE;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What is broken, how often, and on what cluster.
 *
 * @param name as given on the command line
 * @param brokers 1, or 3 where brokers fail
 * @param instances services at the start
 * @param faults in the order given, or shuffled by the seed
 * @param shuffled whether the seed orders them
 * @param mix events
 * @param registryAtStart whether the registry is up when the services start
 * @param window events published ahead of those the next fault waits for, at most the tail
 * @param tail events published after the last fault
 * @param keys of the service's configuration, beyond the usual
 */
record Scenario(
    String name,
    int brokers,
    int instances,
    List<Fault> faults,
    boolean shuffled,
    EventMix mix,
    boolean registryAtStart,
    int window,
    int tail,
    Map<String, String> keys) {
  private static final int LEAST_BETWEEN = 40;
  private static final int MOST_BETWEEN = 240;

  /** All scenarios of a full run, in its order. */
  static List<Scenario> all() {
    EventMix slow = EventMix.USUAL.with(Map.of(EventKind.SLOW, 300));
    EventMix throwing =
        EventMix.USUAL.with(
            Map.of(
                EventKind.THROWS, 20,
                EventKind.THROWS_SOMETIMES, 20,
                EventKind.OUT_OF_MEMORY, 20));
    return List.of(
        of("kill", 1, 1, Collections.nCopies(20, KILL), EventMix.USUAL),
        of("sigterm", 1, 1, List.of(TERMINATE, TERMINATE, TERMINATE), EventMix.USUAL),
        of("rebalance", 1, 1, List.of(JOIN, LEAVE, JOIN, JOIN, LEAVE, LEAVE), EventMix.USUAL),
        of(
            "freeze",
            1,
            2,
            List.of(FREEZE_BRIEFLY, FREEZE_PAST_SESSION, FREEZE_PAST_TRANSACTION, LEAVE),
            EventMix.USUAL),
        of(
            "broker",
            3,
            1,
            List.of(BROKER_RESTART, LEADER_CHANGE, BROKER_RESTART, LEADER_CHANGE, BROKER_RESTART),
            EventMix.USUAL),
        new Scenario(
            "registry",
            1,
            1,
            List.of(REGISTRY_GONE, REGISTRY_FAILING),
            true,
            EventMix.USUAL,
            false,
            120,
            200,
            Map.of()),
        of("device-throws", 1, 1, List.of(KILL), throwing),
        new Scenario(
            "device-hangs",
            1,
            1,
            List.of(TERMINATE),
            false,
            EventMix.USUAL.and(Map.of(EventKind.HANGS_SOMETIMES, 3, EventKind.HANGS, 1)),
            true,
            120,
            400,
            Map.of()),
        new Scenario(
            "slow-downloads",
            1,
            1,
            List.of(KILL, TERMINATE),
            false,
            EventMix.USUAL
                .with(
                    Map.of(
                        EventKind.DOWNLOAD, 100,
                        EventKind.SLOW_DOWNLOAD, 100,
                        EventKind.FLAKY_DOWNLOAD, 50,
                        EventKind.MISSING_DOWNLOAD, 20))
                .and(Map.of(EventKind.HUNG_DOWNLOAD, 6)),
            true,
            120,
            200,
            Timing.downloads()),
        new Scenario(
            "back-pressure", 1, 1, List.of(KILL), false, slow, true, 2_500, 2_500, Map.of()),
        new Scenario(
            "mixed",
            3,
            2,
            List.of(
                KILL,
                KILL,
                TERMINATE,
                JOIN,
                LEAVE,
                FREEZE_PAST_SESSION,
                FREEZE_PAST_TRANSACTION,
                REGISTRY_GONE,
                BROKER_RESTART,
                BROKER_RESTART,
                LEADER_CHANGE),
            true,
            throwing.and(Map.of(EventKind.HANGS, 1, EventKind.HANGS_SOMETIMES, 1)),
            true,
            120,
            200,
            Map.of()));
  }

  private static Scenario of(
      String name, int brokers, int instances, List<Fault> faults, EventMix mix) {
    return new Scenario(name, brokers, instances, faults, false, mix, true, 120, 200, Map.of());
  }

  /** The same with the faults given instead. */
  Scenario with(List<Fault> others) {
    return new Scenario(
        name, brokers, instances, others, false, mix, registryAtStart, window, tail, keys);
  }

  /** The same with other events. */
  Scenario with(EventMix other) {
    return new Scenario(
        name, brokers, instances, faults, shuffled, other, registryAtStart, window, tail, keys);
  }

  /** The plan: a pure function of the seed. */
  List<Step> schedule(long seed) {
    Random random = new Random(seed);
    List<Fault> order = new ArrayList<>(faults);
    if (shuffled) {
      Collections.shuffle(order, random);
    }
    List<Step> steps = new ArrayList<>();
    for (Fault fault : order) {
      int after = LEAST_BETWEEN + random.nextInt(MOST_BETWEEN - LEAST_BETWEEN);
      steps.add(new Step(after, fault, random.nextInt(1 << 10)));
    }
    return steps;
  }

  /** Events published at least; more come while a fault lasts. */
  int leastEvents(List<Step> schedule) {
    return tail + schedule.stream().mapToInt(Step::afterResults).sum();
  }
}
