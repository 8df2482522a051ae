package io.clipure.stream.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.schemas.Flag;
import io.clipure.schemas.ImageFacts;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.SeenView;
import io.clipure.stream.audit.explain.Explanation;
import io.clipure.stream.audit.verify.Rederivation;
import io.clipure.stream.policy.DecisionTrail;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An explanation for scripts: one object; fields of the record carry the record's names. */
final class ExplanationJson {
  /** Everything but ASCII escaped: what reads it may be a terminal after all. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private ExplanationJson() {}

  static String letter(
      String topic, DeadLetter letter, List<String> remarks, Optional<String> now) {
    ObjectNode node = JSON.createObjectNode();
    byte[] key = letter.record().key();
    node.put("kind", "dead-letter")
        .put("place", topic + " " + letter.position())
        .put("id", key == null ? null : new String(key, StandardCharsets.UTF_8))
        .put("reason", letter.reason())
        .put("message", letter.message())
        .put("failedAt", letter.failedAt().toString())
        .put("attempt", letter.attempt());
    letter
        .source()
        .ifPresent(at -> origin(node.putObject("origin"), at.topic(), at.partition(), at.offset()));
    ReasonWords.of(letter.reason())
        .ifPresent(words -> node.put("meaning", words.meaning()).put("toDo", words.toDo()));
    now.ifPresent(text -> node.put("now", text));
    remarks(node, remarks);
    return line(node);
  }

  static String verdict(
      String place,
      List<String> remarks,
      Explanation told,
      Optional<Instant> uploadedAt,
      Optional<Rederivation> outcome) {
    LabelledImage verdict = told.verdict();
    ObjectNode node = JSON.createObjectNode();
    node.put("kind", "verdict").put("place", place).put("id", verdict.getId());
    remarks(node, remarks);
    node.put("decision", verdict.getDecision().name()).put("decidedBy", verdict.getDecidedBy());
    why(node.putObject("why"), told);
    var origin = verdict.getOrigin();
    origin(node.putObject("origin"), origin.getTopic(), origin.getPartition(), origin.getOffset());
    node.put("source", verdict.getSource());
    uploadedAt.ifPresent(at -> node.put("uploadedAt", at.toString()));
    node.put("labelledAt", verdict.getTimings().getLabelledAt().toString());
    ImageFacts image = verdict.getImage();
    node.putObject("image")
        .put("sha256", image.getSha256())
        .put("format", image.getFormat())
        .put("width", image.getWidth())
        .put("height", image.getHeight())
        .put("bytes", image.getBytes())
        .put("orientation", image.getOrientation());
    node.put("topLabel", verdict.getTopLabel())
        .put("topScore", verdict.getTopScore())
        .put("margin", verdict.getMargin());
    ArrayNode labels = node.putArray("labels");
    verdict.getScores().forEach(score -> label(labels.addObject(), told, score));
    suspicion(node.putObject("suspicion"), told);
    ArrayNode flags = node.putArray("flags");
    for (Flag flag : verdict.getFlags()) {
      flags.addObject().put("kind", flag.getKind().name()).put("reason", flag.getReason());
    }
    var purified = verdict.getPurification();
    node.putObject("purification")
        .put("method", purified.getMethod())
        .put("cosineBefore", purified.getCosineBefore())
        .put("cosineAfter", purified.getCosineAfter())
        .put("displacement", purified.getDisplacement())
        .put("topLabelChanged", purified.getTopLabelChanged());
    ArrayNode views = node.putArray("views");
    for (SeenView view : verdict.getViews()) {
      views
          .addObject()
          .put("transform", view.getTransform())
          .put("topLabel", view.getTopLabel())
          .put("topScore", view.getTopScore())
          .put("decision", view.getDecision().name())
          .put("totalVariation", view.getTotalVariation());
    }
    provenance(node.putObject("provenance"), verdict.getProvenance(), told);
    outcome.ifPresent(found -> RederivationJson.outcome(node.putObject("rederivation"), found));
    return line(node);
  }

  private static void why(ObjectNode node, Explanation told) {
    DecisionWords words = new DecisionWords(told);
    Explanation.Where where = told.where();
    if (where instanceof Explanation.Where.View view) {
      node.put("madeOn", "VIEW").put("view", view.index());
    } else {
      node.put("madeOn", where.getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT));
    }
    told.trail().ifPresent(trail -> step(node, trail.deciding()));
    ArrayNode sentences = node.putArray("sentences");
    words.why().forEach(sentences::add);
    ArrayNode otherwise = node.putArray("otherwise");
    words.otherwise().forEach(otherwise::add);
    ArrayNode nearest = node.putArray("nearest");
    told.nearestGraver().forEach(step -> step(nearest.addObject(), step));
  }

  private static void step(ObjectNode node, DecisionTrail.Step step) {
    node.put("rule", step.rule().name())
        .put("action", step.action().name())
        .put("label", step.label())
        .put("reached", step.reached())
        .put("required", step.required())
        .put("by", step.by());
    ArrayNode members = node.putArray("members");
    step.members().forEach(members::add);
  }

  private static void label(ObjectNode node, Explanation told, LabelScore score) {
    node.put("label", score.getLabel())
        .put("group", score.getGroup())
        .put("score", score.getScore())
        .put("scoreBefore", score.getScoreBefore())
        .put("threshold", score.getThreshold());
    told.label(score.getLabel())
        .ifPresent(
            label -> {
              node.put("action", label.action().name());
              ArrayNode prompts = node.putArray("prompts");
              label.prompts().forEach(prompts::add);
            });
  }

  private static void suspicion(ObjectNode node, Explanation told) {
    var suspicion = told.verdict().getSuspicion();
    node.put("rule", suspicion.getRule())
        .put("score", suspicion.getScore())
        .put("threshold", suspicion.getThreshold());
    ArrayNode signals = node.putArray("signals");
    for (SuspicionWords.Signal signal : new SuspicionWords(told).signals()) {
      ObjectNode one = signals.addObject().put("name", signal.name()).put("value", signal.value());
      signal
          .weighed()
          .ifPresent(
              by ->
                  one.put("mean", by.mean())
                      .put("scale", by.scale())
                      .put("weight", by.weight())
                      .put("adds", signal.adds()));
    }
  }

  private static void provenance(ObjectNode node, Provenance made, Explanation told) {
    node.put("modelName", made.getModelName())
        .put("modelDigest", made.getModelDigest())
        .put("labelSetName", made.getLabelSetName())
        .put("labelSetDigest", made.getLabelSetDigest())
        .put("labelSetVersion", made.getLabelSetVersion())
        .put("labelSetFound", !told.labels().isEmpty())
        .put("calibrationId", made.getCalibrationId())
        .put("viewPlan", made.getViewPlan())
        .put("viewKeyId", made.getViewKeyId())
        .put("preprocessing", made.getPreprocessing())
        .put("engine", made.getEngine())
        .put("precision", made.getPrecision())
        .put("device", made.getDevice())
        .put("applicationVersion", made.getApplicationVersion());
  }

  private static void origin(ObjectNode node, String topic, int partition, long offset) {
    node.put("topic", topic).put("partition", partition).put("offset", offset);
  }

  private static void remarks(ObjectNode node, List<String> remarks) {
    ArrayNode array = node.putArray("remarks");
    remarks.forEach(array::add);
  }

  private static String line(ObjectNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an explanation could not be written as JSON", e);
    }
  }
}
