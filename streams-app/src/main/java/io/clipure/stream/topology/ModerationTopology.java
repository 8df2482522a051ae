package io.clipure.stream.topology;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.batching.AsyncProcessorSupplier;
import io.clipure.stream.batching.Lane;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * The graph, every node and store named:
 *
 * <pre>
 *  images ─► decode ─► classify ─► unwrap ─► route ─┬─► labelled                 every image
 *              │          │           │              ├─► flagged-low-confidence
 *          (handler)  classify-barrier └─► (handler)  └─► flagged-adversarial
 *         dead letter                     dead letter
 *  label-sets ─► label-set-updates ─► label-set-store (global)
 * </pre>
 */
public final class ModerationTopology {
  static final String SOURCE = "images";
  static final String SCOPE = "in-scope";

  /** With decode and unwrap, the only node whose exceptions become dead letters. */
  static final String SAMPLE = "sample";

  static final String DECODE = "decode";
  static final String CLASSIFY = "classify";
  static final String BARRIER = "classify-barrier";

  static final String UNWRAP = "unwrap";

  static final String ROUTE = "route";
  static final String LABELLED_SINK = "labelled";
  static final String LOW_CONFIDENCE_SINK = "flagged-low-confidence";
  static final String ADVERSARIAL_SINK = "flagged-adversarial";
  static final String LABEL_SET_SOURCE = "label-sets";
  static final String LABEL_SET_UPDATES = "label-set-updates";
  static final String LABEL_SET_STORE = "label-set-store";

  private ModerationTopology() {}

  /**
   * Builds the graph of live events, with the label sets. All topics must exist before Kafka
   * Streams starts.
   *
   * @param settings names and stamps
   * @param deps what it works with
   */
  public static Topology build(TopologySettings settings, ModerationDeps deps) {
    Topology topology = new Topology();
    addLabelSets(topology, settings.topics(), deps);
    addSource(topology, settings.topics().images());
    addDecode(topology, deps.imageEvents(), SOURCE);
    return moderation(
        topology,
        settings,
        deps,
        DECODE,
        Graph.LIVE,
        jobs(deps, Lane.LIVE, settings.liveDeadline()));
  }

  /**
   * Builds the graph of back-fill events: the same outputs, and no label sets of its own; it judges
   * by what the live graph's holder has in force.
   *
   * @param settings names and stamps
   * @param deps the live graph's
   * @param topic read in place of the live one
   */
  public static Topology buildBackfill(
      TopologySettings settings, ModerationDeps deps, String topic) {
    Topology topology = new Topology();
    addSource(topology, topic);
    addDecode(topology, deps.imageEvents(), SOURCE);
    return moderation(
        topology,
        settings,
        deps,
        DECODE,
        Graph.BACKFILL,
        jobs(deps, Lane.BACKFILL, Optional.empty()));
  }

  /**
   * Builds the graph that decides past events anew: as back-fill, but only those of the configured
   * {@link SourceScope}, and whatever lane or deadline an event once asked for. It judges by the
   * holder's label set and reads none.
   *
   * @param settings names and stamps, with outputs of its own
   * @param deps what it works with
   * @param topic topic of image events
   * @param pace run before each event, see {@link ScopeProcessor}
   */
  public static Topology buildReplay(
      TopologySettings settings, ModerationDeps deps, String topic, Runnable pace) {
    Topology topology = new Topology();
    addSource(topology, topic);
    topology.addProcessor(SCOPE, () -> new ScopeProcessor(pace), SOURCE);
    addDecode(topology, deps.imageEvents(), SCOPE);
    return moderation(
        topology,
        settings,
        deps,
        DECODE,
        Graph.REPLAY,
        jobs(deps, Lane.BACKFILL, Optional.empty()).asReplay());
  }

  /**
   * Builds the graph of a shadow: a sample of the live events, from now on, judged by another
   * configuration. As replay, but with a single output: flagged results are not written again.
   *
   * @param settings names and stamps, with outputs of its own
   * @param deps what it works with
   * @param sample makes, for each task, what says whether an id is in the sample
   */
  public static Topology buildShadow(
      TopologySettings settings, ModerationDeps deps, Supplier<Predicate<String>> sample) {
    Topology topology = new Topology();
    topology
        .addSource(
            AutoOffsetReset.latest(),
            SOURCE,
            new SafeTimestampExtractor(),
            new StringDeserializer(),
            new ByteArrayDeserializer(),
            settings.topics().images())
        .addProcessor(
            SAMPLE,
            () -> new SampleProcessor(sample.get(), deps.imageEvents().deserializer()),
            SOURCE);
    addClassify(
        topology,
        settings,
        deps,
        SAMPLE,
        Graph.SHADOW,
        jobs(deps, Lane.BACKFILL, Optional.empty()).asReplay());
    return topology.addSink(
        LABELLED_SINK,
        settings.topics().labelled(),
        new StringSerializer(),
        deps.labelledImages().serializer(),
        UNWRAP);
  }

  private static LoadJobs jobs(ModerationDeps deps, Lane lane, Optional<Duration> deadline) {
    return new LoadJobs(
        deps.loader(),
        deps.references(),
        deps.views(),
        deps.model().imageSize(),
        lane,
        deadline,
        deps.listener());
  }

  /** Values as they are: what a source cannot read it may dead-letter twice. */
  static void addSource(Topology topology, String topic) {
    topology.addSource(
        AutoOffsetReset.earliest(),
        SOURCE,
        new SafeTimestampExtractor(),
        new StringDeserializer(),
        new ByteArrayDeserializer(),
        topic);
  }

  static <V> void addDecode(Topology topology, Serde<V> values, String before) {
    topology.addProcessor(DECODE, () -> new DecodeProcessor<>(values.deserializer()), before);
  }

  private static Topology moderation(
      Topology topology,
      TopologySettings settings,
      ModerationDeps deps,
      String events,
      Graph graph,
      LoadJobs jobs) {
    addClassify(topology, settings, deps, events, graph, jobs);
    addRoutes(topology, settings.topics(), deps.labelledImages(), UNWRAP);
    return topology;
  }

  private static void addClassify(
      Topology topology,
      TopologySettings settings,
      ModerationDeps deps,
      String events,
      Graph graph,
      LoadJobs jobs) {
    VerdictRecords records = new VerdictRecords(settings, deps.model(), deps.views(), deps.clock());
    topology
        .addProcessor(
            CLASSIFY,
            new AsyncProcessorSupplier<>(BARRIER, deps.pipeline(), jobs, Classified::new),
            events)
        .addProcessor(
            UNWRAP, () -> new UnwrapProcessor(deps, records, graph, jobs::lane), CLASSIFY);
  }

  /** Routing and sinks behind the node {@code results}. */
  static void addRoutes(
      Topology topology, Topics topics, Serde<LabelledImage> labelledImages, String results) {
    topology.addProcessor(ROUTE, RouteProcessor::new, results);
    Serializer<LabelledImage> values = labelledImages.serializer();
    addSink(topology, LABELLED_SINK, topics.labelled(), values);
    addSink(topology, LOW_CONFIDENCE_SINK, topics.lowConfidence(), values);
    addSink(topology, ADVERSARIAL_SINK, topics.adversarial(), values);
  }

  private static void addSink(
      Topology topology, String name, String topic, Serializer<LabelledImage> values) {
    Serializer<String> keys = new StringSerializer();
    topology.addSink(name, topic, keys, values, ROUTE);
  }

  private static void addLabelSets(Topology topology, Topics topics, ModerationDeps deps) {
    topology.addGlobalStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(LABEL_SET_STORE), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled(),
        LABEL_SET_SOURCE,
        new StringDeserializer(),
        new ByteArrayDeserializer(),
        topics.labelSets(),
        LABEL_SET_UPDATES,
        () ->
            new LabelSetUpdater(
                LABEL_SET_STORE,
                deps.labelSets(),
                deps.labelSetRecords().deserializer(),
                deps.labelSetCheck()));
  }
}
