package io.clipure.stream.audit.review;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.schemas.Flag;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.ReviewSampling;
import io.clipure.schemas.ReviewedVerdict;
import io.clipure.schemas.SeenView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes the lines that a reviewer gets: one JSON object a verdict, with an empty {@code review} to
 * fill in. The same verdict gives the same bytes.
 *
 * <p>Thread-safe.
 */
public final class ReviewLines {
  private static final int TOP_LABELS = 5;

  /** Everything but ASCII escaped: what reads it may be a terminal after all. */
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ReviewLines() {}

  /** Where the image is, for whoever looks at it. */
  public sealed interface ImagePlace {}

  /** Nobody asked for the image. */
  public record NotExported() implements ImagePlace {}

  /**
   * In a file.
   *
   * @param name its name in the folder of images
   */
  public record InFile(String name) implements ImagePlace {}

  /**
   * Not to be had.
   *
   * @param why in a sentence
   */
  public record NotFound(String why) implements ImagePlace {}

  /** The line of a verdict, without its end. */
  public static String of(LabelledImage verdict, ReviewSampling sampling, ImagePlace place) {
    ObjectNode root = JSON.createObjectNode();
    root.put("id", verdict.getId());
    review(root.putObject("review"));
    root.put("stratum", sampling.getStratum());
    root.put("inclusionProbability", sampling.getInclusionProbability());
    root.put("decision", verdict.getDecision().name());
    root.put("decidedBy", verdict.getDecidedBy());
    root.put("topLabel", verdict.getTopLabel());
    root.put("topScore", verdict.getTopScore());
    root.put("margin", verdict.getMargin());
    topLabels(root.putArray("topLabels"), verdict.getScores());
    ArrayNode flags = root.putArray("flags");
    for (Flag flag : verdict.getFlags()) {
      flags.addObject().put("kind", flag.getKind().name()).put("reason", flag.getReason());
    }
    ObjectNode suspicion =
        root.putObject("suspicion")
            .put("rule", verdict.getSuspicion().getRule())
            .put("score", verdict.getSuspicion().getScore())
            .put("threshold", verdict.getSuspicion().getThreshold());
    ObjectNode signals = suspicion.putObject("signals");
    new TreeMap<>(verdict.getSuspicion().getSignals()).forEach(signals::put);
    views(root.putArray("views"), verdict.getViews());
    root.put("source", verdict.getSource());
    ObjectNode attributes = root.putObject("attributes");
    new TreeMap<>(verdict.getAttributes()).forEach(attributes::put);
    image(root.putObject("image"), verdict, place);
    root.putObject("origin")
        .put("topic", verdict.getOrigin().getTopic())
        .put("partition", verdict.getOrigin().getPartition())
        .put("offset", verdict.getOrigin().getOffset());
    provenance(root.putObject("provenance"), verdict.getProvenance());
    root.put("labelledAt", verdict.getTimings().getLabelledAt().toString());
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a verdict could not be written as JSON", e);
    }
  }

  private static void review(ObjectNode review) {
    review.putNull("decision").putArray("labels");
    review.putNull("reviewer").putNull("note");
  }

  private static void topLabels(ArrayNode array, List<LabelScore> scores) {
    scores.stream()
        .sorted(Comparator.comparingDouble(LabelScore::getScore).reversed())
        .limit(TOP_LABELS)
        .forEach(
            score ->
                array
                    .addObject()
                    .put("label", score.getLabel())
                    .put("group", score.getGroup())
                    .put("score", score.getScore())
                    .put("threshold", score.getThreshold()));
  }

  private static void views(ArrayNode array, List<SeenView> views) {
    for (SeenView view : views) {
      array
          .addObject()
          .put("transform", view.getTransform())
          .put("topLabel", view.getTopLabel())
          .put("topScore", view.getTopScore())
          .put("decision", view.getDecision().name())
          .put("totalVariation", view.getTotalVariation());
    }
  }

  private static void image(ObjectNode node, LabelledImage verdict, ImagePlace place) {
    node.put("sha256", verdict.getImage().getSha256())
        .put("format", verdict.getImage().getFormat())
        .put("width", verdict.getImage().getWidth())
        .put("height", verdict.getImage().getHeight())
        .put("bytes", verdict.getImage().getBytes());
    if (place instanceof InFile file) {
      node.put("file", file.name());
    } else if (place instanceof NotFound missing) {
      node.put("missing", missing.why());
    }
  }

  private static void provenance(ObjectNode node, Provenance provenance) {
    node.put("modelName", provenance.getModelName())
        .put("modelDigest", provenance.getModelDigest())
        .put("labelSetName", provenance.getLabelSetName())
        .put("labelSetDigest", provenance.getLabelSetDigest())
        .put("calibrationId", provenance.getCalibrationId())
        .put("viewPlan", provenance.getViewPlan())
        .put("applicationVersion", provenance.getApplicationVersion());
  }

  /** What a reviewed verdict keeps of the verdict. */
  public static ReviewedVerdict reviewed(LabelledImage verdict) {
    return new ReviewedVerdict(
        verdict.getOrigin().getTopic(),
        verdict.getOrigin().getPartition(),
        verdict.getOrigin().getOffset(),
        verdict.getImage().getSha256(),
        verdict.getDecision(),
        verdict.getTopLabel(),
        verdict.getProvenance().getModelDigest(),
        verdict.getProvenance().getLabelSetDigest(),
        verdict.getProvenance().getCalibrationId());
  }

  /** Labels that a review names and the verdict's label set does not have. */
  public static Optional<String> strangers(List<String> labels, LabelledImage verdict) {
    TreeSet<String> known = new TreeSet<>();
    verdict.getScores().forEach(score -> known.add(score.getLabel()));
    List<String> strangers = new ArrayList<>(labels);
    strangers.removeAll(known);
    return strangers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "labels are %s, which label set %s does not have"
                .formatted(strangers, verdict.getProvenance().getLabelSetName()));
  }

  static JsonNode parse(String line) throws JsonProcessingException {
    return JSON.readTree(line);
  }
}
