package io.clipure.stream.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.schemas.Decision;
import io.clipure.schemas.Flag;
import io.clipure.schemas.FlagKind;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.SeenView;
import io.clipure.schemas.Timings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Verdicts and dead letters as JSON for the page: one line each in the list, and all of one. */
final class EntryJson {
  private static final int MAX_ID = 300;
  private static final int MAX_NAME = 120;
  private static final int MAX_TEXT = 2_000;
  private static final int LABELS_IN_LINE = 3;
  private static final int LABELS_IN_DETAIL = 300;

  private final ObjectMapper mapper = new ObjectMapper();

  ObjectMapper mapper() {
    return mapper;
  }

  byte[] bytes(ObjectNode json) {
    try {
      return mapper.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of text and numbers is always JSON", e);
    }
  }

  /** A line of the list. */
  ObjectNode line(long sequence, Note note, boolean pictured) {
    ObjectNode line = mapper.createObjectNode();
    line.put("seq", sequence);
    line.put("backfill", note instanceof VerdictNote v ? v.backfill() : letter(note).backfill());
    if (note instanceof VerdictNote verdict) {
      verdict(line, verdict, pictured);
    } else {
      deadLetter(line, letter(note));
    }
    return line;
  }

  private static DeadLetterNote letter(Note note) {
    return (DeadLetterNote) note;
  }

  private static void deadLetter(ObjectNode line, DeadLetterNote letter) {
    line.put("kind", "dead");
    line.put("at", letter.atMillis());
    line.put("id", Visible.of(letter.key().orElse("(no key)"), MAX_ID));
    line.put("reason", Visible.of(letter.reason(), MAX_NAME));
    line.put("message", Visible.of(letter.message(), MAX_TEXT));
  }

  private static void verdict(ObjectNode line, VerdictNote note, boolean pictured) {
    LabelledImage result = note.result();
    line.put("kind", "verdict");
    line.put("at", result.getTimings().getLabelledAt().toEpochMilli());
    line.put("id", Visible.of(result.getId(), MAX_ID));
    line.put("decision", result.getDecision().name());
    line.put("decidedBy", Visible.of(result.getDecidedBy(), MAX_NAME));
    line.put("topLabel", Visible.of(result.getTopLabel(), MAX_NAME));
    line.put("topScore", result.getTopScore());
    line.put("latency", note.latencyMillis());
    line.put("picture", pictured);
    line.put("veiled", veiled(result));
    flags(line.putArray("flags"), result);
    ArrayNode bars = line.putArray("bars");
    lineLabels(result).forEach(score -> score(bars.addObject(), score));
  }

  /**
   * Whether a picture is shown only when asked for: what is blocked or may have to be, and what
   * somebody may have disguised.
   */
  static boolean veiled(LabelledImage result) {
    return result.getDecision() != Decision.ALLOW
        || result.getFlags().stream().anyMatch(flag -> flag.getKind() != FlagKind.LOW_CONFIDENCE);
  }

  private static void flags(ArrayNode flags, LabelledImage result) {
    for (Flag flag : result.getFlags()) {
      flags
          .addObject()
          .put("kind", flag.getKind().name())
          .put("reason", Visible.of(flag.getReason(), MAX_TEXT));
    }
  }

  /** The best labels, and the one that decided. */
  private static List<LabelScore> lineLabels(LabelledImage result) {
    List<LabelScore> ranked = ranked(result);
    List<LabelScore> shown =
        new ArrayList<>(ranked.subList(0, Math.min(LABELS_IN_LINE, ranked.size())));
    Optional<LabelScore> decider =
        ranked.stream().filter(one -> one.getLabel().equals(result.getDecidedBy())).findFirst();
    if (decider.isPresent() && !shown.contains(decider.get())) {
      shown.set(shown.size() - 1, decider.get());
    }
    return shown;
  }

  private static List<LabelScore> ranked(LabelledImage result) {
    return result.getScores().stream()
        .sorted(
            Comparator.comparingDouble(
                    (LabelScore one) -> -Math.max(one.getScore(), one.getScoreBefore()))
                .thenComparing(LabelScore::getLabel))
        .toList();
  }

  private static void score(ObjectNode json, LabelScore score) {
    json.put("label", Visible.of(score.getLabel(), MAX_NAME));
    json.put("group", Visible.of(score.getGroup(), MAX_NAME));
    json.put("after", score.getScore());
    json.put("before", score.getScoreBefore());
    if (score.getThreshold() != null) {
      json.put("threshold", score.getThreshold());
    }
  }

  /** Everything there is to say of one. */
  ObjectNode detail(Entry entry) {
    ObjectNode json = line(entry.sequence(), entry.note(), entry.picture().isPresent());
    if (entry.note() instanceof DeadLetterNote letter) {
      json.put("origin", origin(letter.topic(), letter.partition(), letter.offset()));
      json.put(
          "command",
          "clipure-stream explain --config app.properties --at %s:%d:%d"
              .formatted(ShellWord.of(letter.topic()), letter.partition(), letter.offset()));
      json.put(
          "verify",
          "clipure-stream dead-letters list --config app.properties --reason "
              + ShellWord.of(letter.reason()));
      return json;
    }
    LabelledImage result = ((VerdictNote) entry.note()).result();
    ArrayNode labels = json.putArray("labels");
    ranked(result).stream()
        .limit(LABELS_IN_DETAIL)
        .forEach(score -> score(labels.addObject(), score));
    json.put("labelCount", result.getScores().size());
    json.put("margin", result.getMargin());
    suspicion(json.putObject("suspicion"), result);
    purification(json.putObject("purification"), result);
    views(json.putArray("views"), result);
    facts(json.putArray("facts"), result);
    String event = " --config app.properties --event " + ShellWord.of(result.getId());
    json.put("command", "clipure-stream explain" + event);
    json.put("verify", "clipure-stream verify" + event);
    return json;
  }

  private static void suspicion(ObjectNode json, LabelledImage result) {
    json.put("rule", Visible.of(result.getSuspicion().getRule(), MAX_NAME));
    json.put("score", result.getSuspicion().getScore());
    json.put("threshold", result.getSuspicion().getThreshold());
    ObjectNode signals = json.putObject("signals");
    result.getSuspicion().getSignals().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(signal -> signals.put(Visible.of(signal.getKey(), MAX_NAME), signal.getValue()));
  }

  private static void purification(ObjectNode json, LabelledImage result) {
    json.put("method", Visible.of(result.getPurification().getMethod(), MAX_NAME));
    json.put("cosineBefore", result.getPurification().getCosineBefore());
    json.put("cosineAfter", result.getPurification().getCosineAfter());
    json.put("displacement", result.getPurification().getDisplacement());
    json.put("topLabelChanged", result.getPurification().getTopLabelChanged());
  }

  private static void views(ArrayNode views, LabelledImage result) {
    for (SeenView view : result.getViews()) {
      views
          .addObject()
          .put("transform", Visible.of(view.getTransform(), MAX_NAME))
          .put("topLabel", Visible.of(view.getTopLabel(), MAX_NAME))
          .put("topScore", view.getTopScore())
          .put("decision", view.getDecision().name())
          .put("totalVariation", view.getTotalVariation());
    }
  }

  private static void facts(ArrayNode facts, LabelledImage result) {
    Provenance from = result.getProvenance();
    Timings timings = result.getTimings();
    fact(
        facts,
        "read from",
        origin(
            result.getOrigin().getTopic(),
            result.getOrigin().getPartition(),
            result.getOrigin().getOffset()));
    fact(
        facts,
        "image",
        "%s, %d × %d pixels, %,d bytes"
            .formatted(
                result.getImage().getFormat(),
                result.getImage().getWidth(),
                result.getImage().getHeight(),
                result.getImage().getBytes()));
    fact(facts, "image SHA-256", result.getImage().getSha256());
    if (result.getSource() != null) {
      fact(facts, "source", result.getSource());
    }
    fact(facts, "model", from.getModelName());
    fact(facts, "model digest", from.getModelDigest());
    fact(facts, "label set", from.getLabelSetName());
    fact(facts, "label set digest", from.getLabelSetDigest());
    fact(
        facts,
        "label set from",
        from.getLabelSetVersion() < 0 ? "a file" : "offset " + from.getLabelSetVersion());
    fact(
        facts,
        "calibration",
        from.getCalibrationId() == null ? "none: not calibrated" : from.getCalibrationId());
    fact(facts, "purification", result.getPurification().getMethod());
    fact(facts, "views", from.getViewPlan() == null ? "none" : from.getViewPlan());
    fact(facts, "pixels", from.getPreprocessing());
    fact(
        facts,
        "engine",
        from.getEngine() + ", " + from.getPrecision() + ", on " + from.getDevice());
    fact(facts, "version", from.getApplicationVersion());
    fact(
        facts,
        "time",
        "%.1f ms to load, %.1f ms waiting, %.1f ms in the encoder with a batch of %d"
            .formatted(
                timings.getLoadMicros() / 1e3,
                timings.getQueueMicros() / 1e3,
                timings.getEncodeMicros() / 1e3,
                timings.getBatchSize()));
  }

  private static String origin(String topic, int partition, long offset) {
    return "%s, partition %d, offset %d".formatted(topic, partition, offset);
  }

  private static void fact(ArrayNode facts, String name, String value) {
    facts.addObject().put("name", name).put("value", Visible.of(value, MAX_ID));
  }
}
