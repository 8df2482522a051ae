package io.clipure.stream.app.chaos;

import io.clipure.stream.app.chaos.Seen.Output;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of one scenario's topics and group; scenarios share a cluster.
 *
 * @param prefix of all names
 */
record Names(String prefix) {
  String images() {
    return prefix + ".images";
  }

  String labelSets() {
    return prefix + ".label-sets";
  }

  String topic(Output output) {
    return prefix
        + switch (output) {
          case LABELLED -> ".labelled";
          case DEAD_LETTER -> ".dead-letter";
          case LOW_CONFIDENCE -> ".low-confidence";
          case ADVERSARIAL -> ".adversarial";
        };
  }

  /** All topics that are not compacted. */
  List<String> streams() {
    return List.of(
        images(),
        topic(Output.LABELLED),
        topic(Output.DEAD_LETTER),
        topic(Output.LOW_CONFIDENCE),
        topic(Output.ADVERSARIAL));
  }

  /** Output topics by name. */
  Map<String, Output> outputs() {
    Map<String, Output> outputs = new LinkedHashMap<>();
    for (Output output : Output.values()) {
      outputs.put(topic(output), output);
    }
    return outputs;
  }

  /** Keys of the service's configuration. */
  Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("stream.application-id", prefix);
    keys.put("topics.images", images());
    keys.put("topics.images-labelled", topic(Output.LABELLED));
    keys.put("topics.images-dead-letter", topic(Output.DEAD_LETTER));
    keys.put("topics.images-flagged-low-confidence", topic(Output.LOW_CONFIDENCE));
    keys.put("topics.images-flagged-adversarial", topic(Output.ADVERSARIAL));
    keys.put("topics.label-sets", labelSets());
    return keys;
  }
}
