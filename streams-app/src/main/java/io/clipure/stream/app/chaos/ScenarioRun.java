package io.clipure.stream.app.chaos;

import io.clipure.schemas.ConfluentSerdes;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.app.EmbeddedBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;

/**
 * One scenario from its topics to its account.
 *
 * <pre>
 *   topics, registry ──► services start ──► publisher starts
 *     ──► each step: wait for its results, break something
 *     ──► all events published and settled ──► services stop (SIGTERM)
 *     ──► read to the end of every output ──► account
 * </pre>
 *
 * <p>Nothing waits for a time to pass except a freeze, which is one. Progress is counted by a
 * {@code read_uncommitted} reader, so that a kill may come while an earlier victim's transaction is
 * still open; the account is made from a {@code read_committed} one.
 *
 * <p><b>Threading</b>: one thread drives; the readers and the publisher have their own.
 */
final class ScenarioRun implements AutoCloseable {
  static final int PARTITIONS = 4;
  private static final long PATIENCE_SECONDS = 120;
  private static final long QUIET_SECONDS = 3;

  private final Lab lab;
  private final Variant variant;
  private final Names names;
  private final FaultLog log;
  private final Progress progress = new Progress();
  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
  private final EmbeddedBroker broker;
  private final RegistryServer registry;
  private final Fleet fleet;
  private final Serde<ImageEvent> events;
  private final Serde<LabelledImage> results;
  private final Ends ends;
  private final Pictures pictures;
  private final ContentServer content;
  private Tail committed;
  private Tail written;

  ScenarioRun(Lab lab, Variant variant, Names names, Path place, Consumer<String> out) {
    this.lab = lab;
    this.variant = variant;
    this.names = names;
    this.log = new FaultLog(out);
    this.broker = lab.broker(variant.scenario().brokers());
    this.ends = new Ends(broker.bootstrapServers());
    this.registry = new RegistryServer(names.prefix());
    registry.start();
    this.pictures = new Pictures(variant.seed());
    this.content = new ContentServer(pictures);
    Map<String, String> servers =
        Map.of(
            "schema.registry.url", registry.url(),
            "fetch.ports", Integer.toString(content.port()));
    this.fleet =
        new Fleet(
            lab.launcher(),
            number -> lab.config(place, number, variant, names, servers),
            place,
            lab.children(),
            log);
    this.events = ConfluentSerdes.imageEvent(Map.of("schema.registry.url", registry.direct()));
    this.results = ConfluentSerdes.labelledImage(Map.of("schema.registry.url", registry.direct()));
  }

  Outcome execute() {
    long started = System.nanoTime();
    Scenario scenario = variant.scenario();
    List<Step> schedule = scenario.schedule(variant.seed());
    log.note(names.prefix() + ": seed " + variant.seed() + ", " + schedule);
    broker.createTopics(names.streams(), PARTITIONS, Map.of());
    broker.createTopics(List.of(names.labelSets()), 1, Map.of("cleanup.policy", "compact"));
    tail();
    Injector injector = new Injector(broker, registry, fleet, log, this::awaitUnderLoad, progress);
    EventPublisher publisher =
        new EventPublisher(names.images(), PARTITIONS, events.serializer(), pictures, content);
    CompletableFuture<List<Sent>> publishing =
        publisher.start(
            broker.bootstrapServers(),
            scenario.mix().kinds(scenario.leastEvents(schedule), variant.seed()),
            variant.seed(),
            progress);
    String stalled = "";
    try {
      if (!scenario.registryAtStart()) {
        registry.stop();
      }
      for (int i = 0; i < scenario.instances(); i++) {
        fleet.join();
      }
      if (!scenario.registryAtStart()) {
        injector.bringRegistryBack(fleet.get(0));
      }
      long base = 0;
      for (Step step : schedule) {
        long due = base + step.afterResults();
        progress.allow(due + scenario.window());
        await("the results before " + step, () -> progress.written() >= due);
        injector.inject(step);
        base = progress.written();
      }
      progress.allow(base + scenario.tail());
      long count = progress.complete();
      await("all events to be published", publishing::isDone);
      await(
          "a committed result of every event",
          () -> progress.settled() >= count || doneByItsOwnAccount());
      fleet.stop();
      await("the ends of the output topics", this::readToTheEnd);
    } catch (StalledException e) {
      stalled = e.getMessage();
      log.note(stalled);
      progress.complete();
      fleet.close();
    }
    List<Sent> sent = acknowledged(publishing);
    List<Seen> records = List.copyOf(seen);
    return new Outcome(
        variant,
        Auditor.audit(sent, records),
        Recovery.seconds(log.faults(), records, PARTITIONS),
        Recovery.longestPause(records),
        fleet.exitCodes(),
        fleet.surprises(),
        stalled,
        (System.nanoTime() - started) / 1e9);
  }

  private void tail() {
    Collection<TopicPartition> all = partitions(names.outputs().keySet());
    SeenReader reader = new SeenReader(names.outputs(), results.deserializer());
    committed =
        new Tail(
            broker.bootstrapServers(),
            "read_committed",
            all,
            record -> {
              Seen one = reader.read(record, System.currentTimeMillis());
              seen.add(one);
              if (one.output().settles()) {
                progress.settled(one.id());
              }
            });
    written =
        new Tail(
            broker.bootstrapServers(),
            "read_uncommitted",
            partitions(
                List.of(names.topic(Seen.Output.LABELLED), names.topic(Seen.Output.DEAD_LETTER))),
            record -> progress.wrote(SeenReader.id(record)));
  }

  private static Collection<TopicPartition> partitions(Collection<String> topics) {
    return topics.stream()
        .flatMap(
            topic -> IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(topic, p)))
        .toList();
  }

  /** Whether everything written is read: no transaction is open, and nothing comes any more. */
  private boolean readToTheEnd() {
    return ends.reached(committed.positions());
  }

  /** Whether the service believes that all is done: then what is missing is lost. */
  private boolean doneByItsOwnAccount() {
    return progress.quietSeconds() >= QUIET_SECONDS
        && ends.committed(names.prefix(), partitions(List.of(names.images())))
        && readToTheEnd();
  }

  /** Waits for a condition, as long as something moves; restarts services that ended meanwhile. */
  private void await(String what, BooleanSupplier condition) {
    progress.excuse();
    while (!condition.getAsBoolean()) {
      committed.positions();
      written.positions();
      fleet.revive();
      if (progress.quietSeconds() > PATIENCE_SECONDS) {
        throw new StalledException(
            "nothing moved for "
                + PATIENCE_SECONDS
                + " s while waiting for "
                + what
                + "; the logs of the services say why (--keep keeps them)");
      }
      progress.pause();
    }
  }

  /**
   * The same with events coming in all the time: a fault without work in progress proves little.
   */
  private void awaitUnderLoad(String what, BooleanSupplier condition) {
    await(
        what,
        () -> {
          progress.allow(progress.written() + variant.scenario().window());
          return condition.getAsBoolean();
        });
  }

  private List<Sent> acknowledged(CompletableFuture<List<Sent>> publishing) {
    try {
      return publishing.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while publishing", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an event could not be published", e.getCause());
    }
  }

  @Override
  public void close() {
    progress.complete(); // lets a publisher go that still waits
    fleet.close();
    if (committed != null) {
      committed.close();
    }
    if (written != null) {
      written.close();
    }
    ends.close();
    registry.close();
    content.close();
    events.close();
    results.close();
  }
}
