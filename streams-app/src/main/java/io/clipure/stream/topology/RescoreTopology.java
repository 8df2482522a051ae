package io.clipure.stream.topology;

import io.clipure.schemas.LabelledImage;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.Topology;

/**
 * The graph that judges results anew, from the embeddings they carry:
 *
 * <pre>
 *  labelled ─► in-scope ─► decode ─► rescore ─► route ─┬─► labelled (another topic)  every result
 *                             │         │              ├─► flagged-low-confidence
 *                         (handler)     └─► (handler)  └─► flagged-adversarial
 *                        dead letter     dead letter
 * </pre>
 */
public final class RescoreTopology {
  /** With decode, the only node whose exceptions become dead letters. */
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
    ModerationTopology.addSource(topology, source);
    topology.addProcessor(
        ModerationTopology.SCOPE, () -> new ScopeProcessor(pace), ModerationTopology.SOURCE);
    ModerationTopology.addDecode(topology, labelledImages, ModerationTopology.SCOPE);
    topology.addProcessor(RESCORE, () -> new RescoreProcessor(rescorer), ModerationTopology.DECODE);
    ModerationTopology.addRoutes(topology, topics, labelledImages, RESCORE);
    return topology;
  }
}
