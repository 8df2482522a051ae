package io.clipure.stream.audit.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.clipure.schemas.Decision;
import io.clipure.schemas.ReviewSampling;
import io.clipure.schemas.ReviewedVerdict;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A line that came back from review. */
public sealed interface ReviewedLine {

  /**
   * Somebody decided.
   *
   * @param id id of the event
   * @param decision the right decision; null: labels only
   * @param labels labels that are truly there; empty: a decision only
   * @param reviewer who decided; empty: the line does not say
   * @param note the reviewer's words; null: none
   * @param reviewedAt when; empty: the line does not say
   * @param sampling how the image came to be reviewed
   * @param verdict the verdict as the line tells it; empty: it does not
   */
  record Reviewed(
      String id,
      Decision decision,
      List<String> labels,
      Optional<String> reviewer,
      String note,
      Optional<Instant> reviewedAt,
      ReviewSampling sampling,
      Optional<ReviewedVerdict> verdict)
      implements ReviewedLine {}

  /** Nobody filled it in. */
  record Untouched() implements ReviewedLine {}

  /**
   * It cannot be taken.
   *
   * @param problem what was seen and what was expected
   */
  record Wrong(String problem) implements ReviewedLine {}

  /** Reads a line; never throws for what stands in it. */
  static ReviewedLine parse(String line) {
    try {
      return Parsing.read(line);
    } catch (Parsing.ProblemException e) {
      return new Wrong(e.getMessage());
    }
  }

  /** The details of the form. */
  final class Parsing {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final int MAX_TEXT = 10_000;

    private Parsing() {}

    /** A line is wrong; the message says where. */
    private static final class ProblemException extends RuntimeException {
      private static final long serialVersionUID = 1L;

      ProblemException(String message) {
        super(message);
      }
    }

    private static ReviewedLine read(String line) {
      JsonNode root;
      try {
        root = ReviewLines.parse(line);
      } catch (JsonProcessingException e) {
        String said = e.getOriginalMessage().replaceAll("\\s+", " ");
        throw new ProblemException(
            "is no JSON object (%s)"
                .formatted(said.length() > 100 ? said.substring(0, 100) : said));
      }
      if (root == null || !root.isObject()) {
        throw new ProblemException("is no JSON object; expected one as review export writes it");
      }
      String id = text(root, "id", 1000).orElseThrow(() -> missing("id", "the event's id"));
      JsonNode review = root.path("review");
      if (!review.isObject()) {
        throw missing("review", "an object with decision, labels, reviewer and note");
      }
      Decision decision = decision(review);
      List<String> labels = labels(review);
      if (decision == null && labels.isEmpty()) {
        return new Untouched();
      }
      return new Reviewed(
          id,
          decision,
          labels,
          text(review, "reviewer", 200),
          text(review, "note", MAX_TEXT).orElse(null),
          time(review),
          sampling(root),
          verdict(root));
    }

    private static Decision decision(JsonNode review) {
      Optional<String> text = text(review, "decision", 20);
      if (text.isEmpty()) {
        return null;
      }
      return switch (text.get()) {
        case "ALLOW" -> Decision.ALLOW;
        case "REVIEW" -> Decision.REVIEW;
        case "BLOCK" -> Decision.BLOCK;
        default ->
            throw new ProblemException(
                "review.decision is %s, expected ALLOW, REVIEW, BLOCK or null"
                    .formatted(quote(text.get())));
      };
    }

    private static List<String> labels(JsonNode review) {
      JsonNode labels = review.path("labels");
      List<String> ids = new ArrayList<>();
      if (labels.isMissingNode() || labels.isNull()) {
        return ids;
      }
      if (!labels.isArray()) {
        throw new ProblemException("review.labels is no list; expected one of label ids");
      }
      for (JsonNode label : labels) {
        if (!label.isTextual() || !LABEL.matcher(label.textValue()).matches()) {
          throw new ProblemException(
              "review.labels holds %s, expected ids of labels".formatted(quote(label.toString())));
        }
        if (!ids.contains(label.textValue())) {
          ids.add(label.textValue());
        }
      }
      return ids;
    }

    private static Optional<Instant> time(JsonNode review) {
      return text(review, "reviewedAt", 40)
          .map(
              text -> {
                try {
                  return Instant.parse(text);
                } catch (DateTimeParseException e) {
                  throw new ProblemException(
                      "review.reviewedAt is %s, expected a time such as 2026-11-01T00:00:00Z"
                          .formatted(quote(text)));
                }
              });
    }

    private static ReviewSampling sampling(JsonNode root) {
      String stratum =
          text(root, "stratum", 40)
              .flatMap(Stratum::parse)
              .map(Stratum::id)
              .orElseThrow(() -> missing("stratum", "flagged or random, as it was exported"));
      JsonNode chance = root.path("inclusionProbability");
      double value = chance.doubleValue();
      if (!chance.isNumber() || !(value > 0 && value <= 1)) {
        throw missing("inclusionProbability", "a number above 0, at most 1, as it was exported");
      }
      return new ReviewSampling(stratum, value);
    }

    /** Only as far as the line tells all of it: it is the last resort, for unknown ids. */
    private static Optional<ReviewedVerdict> verdict(JsonNode root) {
      JsonNode origin = root.path("origin");
      JsonNode provenance = root.path("provenance");
      try {
        return Optional.of(
            new ReviewedVerdict(
                text(origin, "topic", 249).orElseThrow(),
                origin.path("partition").intValue(),
                origin.path("offset").longValue(),
                text(root.path("image"), "sha256", 64).orElseThrow(),
                Decision.valueOf(text(root, "decision", 20).orElseThrow()),
                text(root, "topLabel", 64).orElseThrow(),
                text(provenance, "modelDigest", 64).orElseThrow(),
                text(provenance, "labelSetDigest", 64).orElseThrow(),
                text(provenance, "calibrationId", 200).orElse(null)));
      } catch (java.util.NoSuchElementException | IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    /** A text; empty where it is missing, null or blank. */
    private static Optional<String> text(JsonNode node, String name, int most) {
      JsonNode value = node.path(name);
      if (value.isMissingNode() || value.isNull()) {
        return Optional.empty();
      }
      if (!value.isTextual()) {
        throw new ProblemException(
            "%s is %s, expected a text".formatted(name, quote(value.toString())));
      }
      if (value.textValue().length() > most) {
        throw new ProblemException(
            "%s has %d characters, expected at most %d"
                .formatted(name, value.textValue().length(), most));
      }
      return Optional.of(value.textValue()).filter(text -> !text.isBlank());
    }

    private static ProblemException missing(String name, String expected) {
      return new ProblemException("%s is missing or unfit; expected %s".formatted(name, expected));
    }

    private static String quote(String text) {
      String shown = text.length() <= 60 ? text : text.substring(0, 57) + "...";
      return "\"" + shown.replaceAll("[^ -~]", "?") + "\"";
    }
  }
}
