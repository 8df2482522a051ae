package io.clipure.stream.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.image.ImageFacts;
import io.clipure.stream.image.LoadedImage;
import io.clipure.stream.policy.Verdict;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.View;
import java.util.HexFormat;
import java.util.List;

/** Verdicts as JSON, one object a line; the fields carry the names of the Avro contract. */
final class VerdictJson {
  private final ObjectMapper mapper = new ObjectMapper();
  private final ModelInfo model;
  private final KeyedViews views;

  VerdictJson(ModelInfo model, KeyedViews views) {
    this.model = model;
    this.views = views;
  }

  /**
   * An image that was judged.
   *
   * @param digest SHA-256 of its pixels
   * @param embedding null: to be left out
   */
  String verdict(
      String file, ImageFacts facts, byte[] digest, Verdict verdict, float[] embedding) {
    ObjectNode root = mapper.createObjectNode();
    root.put("file", file);
    root.put("decision", verdict.decision().name());
    root.put("decidedBy", verdict.decidedBy());
    root.put("topLabel", verdict.topLabel());
    root.put("topScore", verdict.topScore());
    root.put("margin", verdict.margin());
    ArrayNode flags = root.putArray("flags");
    for (Verdict.Flag flag : verdict.flags()) {
      flags.addObject().put("kind", flag.kind().name()).put("reason", flag.reason());
    }
    suspicion(root.putObject("suspicion"), verdict.suspicion());
    root.putObject("purification")
        .put("method", verdict.purifier())
        .put("cosineBefore", verdict.purification().cosineBefore())
        .put("cosineAfter", verdict.purification().cosineAfter())
        .put("displacement", verdict.purification().displacement())
        .put("topLabelChanged", verdict.topLabelChanged());
    root.putObject("image")
        .put("sha256", facts.sha256())
        .put("format", facts.format().id())
        .put("width", facts.width())
        .put("height", facts.height())
        .put("bytes", facts.bytes())
        .put("orientation", facts.orientation())
        .put("pixelsSha256", HexFormat.of().formatHex(digest));
    root.putObject("provenance")
        .put("modelName", model.name())
        .put("modelDigest", model.digest())
        .put("labelSetName", verdict.labelSet().name())
        .put("labelSetDigest", verdict.labelSet().digest())
        .put("calibrationId", model.calibration() == null ? null : model.calibration().id())
        .put("viewPlan", views.plan().id())
        .put("viewKeyId", views.plan().extraViews() == 0 ? null : views.keyId());
    ArrayNode scores = root.putArray("scores");
    for (Verdict.LabelScore score : verdict.scores()) {
      scores
          .addObject()
          .put("label", score.label().id())
          .put("group", score.label().group())
          .put("score", score.score())
          .put("scoreBefore", score.scoreBefore());
    }
    views(root.putArray("views"), views.draw(digest), verdict.views());
    if (embedding != null) {
      ArrayNode values = root.putArray("embedding");
      for (float value : embedding) {
        values.add(value);
      }
    }
    return line(root);
  }

  /** An image that could not be judged. */
  String rejected(String file, LoadedImage.Rejected rejected) {
    ObjectNode root = mapper.createObjectNode();
    root.put("file", file);
    root.putObject("rejected")
        .put("reason", rejected.reason().name())
        .put("message", rejected.message());
    return line(root);
  }

  private static void views(ArrayNode array, List<View> drawn, List<Verdict.SeenView> seen) {
    for (int v = 0; v < seen.size(); v++) {
      array
          .addObject()
          .put("transform", drawn.get(v).id())
          .put("topLabel", seen.get(v).topLabel())
          .put("topScore", seen.get(v).topScore())
          .put("decision", seen.get(v).decision().name())
          .put("totalVariation", seen.get(v).totalVariation());
    }
  }

  private static void suspicion(ObjectNode node, Verdict.Suspicion suspicion) {
    node.put("rule", suspicion.rule());
    node.put("score", suspicion.score());
    node.put("threshold", suspicion.threshold());
    ObjectNode signals = node.putObject("signals");
    suspicion.signals().forEach(signals::put);
  }

  private String line(ObjectNode node) {
    try {
      return mapper.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a verdict could not be written as JSON", e);
    }
  }
}
