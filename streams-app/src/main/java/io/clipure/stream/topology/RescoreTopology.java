package io.clipure.stream.topology;

import io.clipure.schemas.LabelledImage;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The graph that judges results anew, from the embeddings they carry:
 *
 * <pre>
 *  labelled ─► in-scope ─► rescore ─► route ─┬─► labelled (another topic)    every result
 *                             │              ├─► flagged-low-confidence
 *                             └─► (handler)  └─► flagged-adversarial
 *                              dead letter
 * </pre>
 */
public final class RescoreTopology {
  static final String SOURCE = "results";
  static final String SCOPE = "in-scope";

  /** The only node whose exceptions become dead letters. */
  static final String RESCORE = "rescore";

  private RescoreTopology() {}

  /**
   * Builds the graph.
   *
   * @param topics where it writes; the images topic and the label sets are not used
   * @param source topic of labelled images
   * @param labelledImages format of both ends
   * @param pace run before each record, see {@link ScopeProcessor}
   * @param rescorer judges one result, on any stream thread; null stands for a record without value
   */
  public static Topology build(
      Topics topics,
      String source,
      Serde<LabelledImage> labelledImages,
      Runnable pace,
      Function<LabelledImage, Rescored> rescorer) {
    Topology topology = new Topology();
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            SOURCE,
            new SafeTimestampExtractor(),
            new StringDeserializer(),
            labelledImages.deserializer(),
            source)
        .addProcessor(SCOPE, () -> new ScopeProcessor<LabelledImage>(pace), SOURCE)
        .addProcessor(RESCORE, () -> new RescoreProcessor(rescorer), SCOPE);
    ModerationTopology.addRoutes(topology, topics, labelledImages, RESCORE);
    return topology;
  }
}
