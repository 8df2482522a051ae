package io.clipure.stream.app.chaos;

import io.clipure.schemas.ConfluentSerdes;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelledImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;
import org.testcontainers.lifecycle.Startables;

/**
 * One scenario with containers of the service: topics and a group of its own, events published from
 * outside as long as the scenario waits for something, and at the end the account that the chaos
 * harness makes of what a {@code read_committed} consumer saw.
 *
 * <p><b>Threading</b>: one thread drives; the readers and the publisher have their own.
 */
final class ContainerRun implements AutoCloseable {
  private static final long SEED = 20261126;
  private static final int WINDOW = 60;
  private static final int TAIL = 60;
  private static final long PATIENCE_SECONDS = 120;
  private static final long QUIET_SECONDS = 3;

  private final Stage stage;
  private final Names names;
  private final FaultLog log = new FaultLog(Stage::say);
  private final Progress progress = new Progress();
  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
  private final List<ServiceContainer> services = new ArrayList<>();
  private final List<Integer> exitCodes = new ArrayList<>();
  private final long started = System.nanoTime();
  private final Serde<ImageEvent> events;
  private final Serde<LabelledImage> results;
  private final Ends ends;
  private final ContainerGroup group;
  private final ContentServer content;
  private final Tail committed;
  private final Tail written;
  private final CompletableFuture<List<Sent>> publishing;

  ContainerRun(Stage stage, String name) {
    this.stage = stage;
    this.names = new Names("containers-" + name);
    stage.createTopics(names);
    String servers = stage.bootstrapServers();
    events = ConfluentSerdes.imageEvent(Map.of("schema.registry.url", stage.registryUrl()));
    results = ConfluentSerdes.labelledImage(Map.of("schema.registry.url", stage.registryUrl()));
    ends = new Ends(servers);
    group = new ContainerGroup(servers, names.prefix(), names.images());
    SeenReader reader = new SeenReader(names.outputs(), results.deserializer());
    committed =
        new Tail(
            servers,
            "read_committed",
            partitions(names.outputs().keySet()),
            record -> {
              Seen one = reader.read(record, System.currentTimeMillis());
              seen.add(one);
              if (one.output().settles()) {
                progress.settled(one.id());
              }
            });
    written =
        new Tail(
            servers,
            "read_uncommitted",
            partitions(
                List.of(names.topic(Seen.Output.LABELLED), names.topic(Seen.Output.DEAD_LETTER))),
            record -> progress.wrote(SeenReader.id(record)));
    Pictures pictures = new Pictures(Stage.demoImages().stream().map(ContainerRun::bytes).toList());
    content = new ContentServer(pictures);
    publishing =
        new EventPublisher(names.images(), Stage.PARTITIONS, events.serializer(), pictures, content)
            .start(servers, EventMix.USUAL.kinds(1, SEED), SEED, progress);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Collection<TopicPartition> partitions(Collection<String> topics) {
    return topics.stream()
        .flatMap(
            topic ->
                IntStream.range(0, Stage.PARTITIONS).mapToObj(p -> new TopicPartition(topic, p)))
        .toList();
  }

  /** Starts so many containers together and waits until each holds partitions. */
  List<ServiceContainer> start(int count) {
    List<ServiceContainer> more =
        IntStream.range(services.size(), services.size() + count)
            .mapToObj(number -> stage.service("service " + (number + 1), names))
            .toList();
    services.addAll(more);
    long from = System.nanoTime();
    Startables.deepStart(more).join();
    log.note(
        "%d containers of the service ready after %.1f s"
            .formatted(count, (System.nanoTime() - from) / 1e9));
    awaitHolders(services.size());
    return more;
  }

  /** Waits until so many containers share all partitions. */
  void awaitHolders(int containers) {
    await(
        containers + " containers to share the partitions",
        () -> group.holders(Stage.PARTITIONS).size() == containers);
  }

  /** Waits until a container that was started again is ready. */
  void awaitReady(ServiceContainer service) {
    await(service.name() + " to be ready", service::ready);
    log.note(service.name() + " is ready, %.1f s after its start".formatted(service.uptime()));
  }

  /** Waits until the broker has thrown a container that was paused or cut off out of the group. */
  void awaitEviction(ServiceContainer service) {
    await(
        service.name() + " to be evicted",
        () -> !group.members().contains(service.addressBefore()));
    log.note("the group goes on without " + service.name());
  }

  /** Waits for so many more results, while events keep coming. */
  void awaitWritten(int count) {
    long due = progress.written() + count;
    await(count + " results", () -> progress.written() >= due);
  }

  /** The same for committed ones. */
  void awaitCommitted(int count) {
    int due = progress.settled() + count;
    await(count + " committed results", () -> progress.settled() >= due);
  }

  /**
   * Waits until committed readers have passed all that is written now, so that every transaction
   * which is open now is over: committed, or aborted because it took too long.
   */
  void awaitTransactionsOver() {
    Map<TopicPartition, Long> now = written.positions();
    await(
        "the end of open transactions",
        () -> {
          Map<TopicPartition, Long> reached = committed.positions();
          return now.entrySet().stream()
              .allMatch(one -> reached.getOrDefault(one.getKey(), 0L) >= one.getValue());
        });
  }

  /** Notes what was done and lets a fault's recovery be measured from now. */
  void fault(String text) {
    log.fault(text);
  }

  /**
   * Gives the network back, first to whoever had the lowest address, because Docker gives out the
   * lowest that is free. Under another address the old connections are dead, which clients notice
   * only after half a minute.
   */
  void reconnect(List<ServiceContainer> services) {
    services.stream()
        .sorted(Comparator.comparing(ServiceContainer::addressBefore))
        .forEach(
            one -> {
              one.reconnect();
              log.fault(
                  "network back for %s, %s, before %s"
                      .formatted(one.name(), one.address(), one.addressBefore()));
            });
  }

  /** SIGTERM to one that is not started again; its exit code counts. */
  void terminate(ServiceContainer service) {
    long from = System.nanoTime();
    exitCodes.add((int) service.terminate());
    log.note(
        "%s ended %.1f s after SIGTERM, exit code %d"
            .formatted(
                service.name(),
                (System.nanoTime() - from) / 1e9,
                exitCodes.get(exitCodes.size() - 1)));
    services.remove(service);
    service.keepLog(names.prefix());
  }

  /** Publishes the last events and waits until every one of all has its committed result. */
  void settle() {
    progress.allow(progress.written() + TAIL);
    long count = progress.complete();
    awaitQuietly("all events to be published", publishing::isDone);
    awaitQuietly(
        "a committed result of every event",
        () -> progress.settled() >= count || doneByItsOwnAccount());
  }

  /** Ends all containers by SIGTERM and makes the account. */
  Outcome account(String title) {
    List.copyOf(services).forEach(this::terminate);
    awaitQuietly("the ends of the output topics", () -> ends.reached(committed.positions()));
    List<Sent> sent = published();
    List<Seen> records = records();
    Scenario scenario =
        new Scenario(title, 1, 2, List.of(), false, EventMix.USUAL, true, WINDOW, TAIL, Map.of());
    Outcome outcome =
        new Outcome(
            new Variant(
                scenario, Variant.Guarantee.EXACTLY_ONCE_V2, Variant.Protocol.CLASSIC, SEED),
            Auditor.audit(sent, records),
            Recovery.seconds(log.faults(), records, Stage.PARTITIONS),
            Recovery.longestPause(records),
            List.copyOf(exitCodes),
            List.of(),
            "",
            (System.nanoTime() - started) / 1e9);
    Tally tally = outcome.tally();
    Stage.say(
        "%s: %d events = %d verdicts + %d dead letters, lost %d, doubled %d, out of order %d; exit codes %s, longest pause %.1f s, %.0f s in all"
            .formatted(
                title,
                tally.published(),
                tally.labelled(),
                tally.deadLettered(),
                tally.lost(),
                tally.duplicated(),
                tally.outOfOrder(),
                exitCodes,
                outcome.longestPause(),
                outcome.seconds()));
    return outcome;
  }

  /** Committed records so far. */
  List<Seen> records() {
    return List.copyOf(seen);
  }

  private boolean doneByItsOwnAccount() {
    return progress.quietSeconds() >= QUIET_SECONDS
        && ends.committed(names.prefix(), partitions(List.of(names.images())))
        && ends.reached(committed.positions());
  }

  /** Waits with events coming in: a fault without work in progress proves little. */
  private void await(String what, BooleanSupplier condition) {
    awaitQuietly(
        what,
        () -> {
          progress.allow(progress.written() + WINDOW);
          return condition.getAsBoolean();
        });
  }

  private void awaitQuietly(String what, BooleanSupplier condition) {
    progress.excuse();
    while (!condition.getAsBoolean()) {
      committed.positions();
      written.positions();
      if (progress.quietSeconds() > PATIENCE_SECONDS) {
        StringBuilder text = new StringBuilder("nothing moved while waiting for " + what);
        services.forEach(
            one -> text.append("\n").append(one.name()).append(": ").append(one.lastWords()));
        throw new StalledException(text.toString());
      }
      progress.pause();
    }
  }

  private List<Sent> published() {
    try {
      return publishing.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an event could not be published", e.getCause());
    }
  }

  @Override
  public void close() {
    progress.complete(); // lets a publisher go that still waits
    services.stream()
        .filter(ServiceContainer::isCreated)
        .forEach(one -> one.keepLog(names.prefix()));
    services.forEach(ServiceContainer::stop);
    committed.close();
    written.close();
    ends.close();
    group.close();
    content.close();
    events.close();
    results.close();
  }
}
