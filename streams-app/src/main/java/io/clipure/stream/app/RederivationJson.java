package io.clipure.stream.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.verify.Difference;
import io.clipure.stream.audit.verify.Rederivation;
import io.clipure.stream.audit.verify.Tally;
import io.clipure.stream.policy.calibration.BinomialInterval;
import java.util.TreeMap;

/** Outcomes for scripts: an object a line, the last one the summary. */
final class RederivationJson {
  /** Everything but ASCII escaped: what reads it may be a terminal after all. */
  private final ObjectMapper json =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  String verdict(String place, LabelledImage verdict, Rederivation outcome) {
    ObjectNode node = json.createObjectNode();
    node.put("id", verdict.getId()).put("place", place);
    outcome(node, outcome);
    return line(node);
  }

  /** Adds the fields of an outcome. */
  static void outcome(ObjectNode node, Rederivation outcome) {
    if (outcome instanceof Rederivation.Reproduced reproduced) {
      node.put("outcome", "REPRODUCED")
          .put("exact", reproduced.exact())
          .put("largestDifference", reproduced.largest());
    } else if (outcome instanceof Rederivation.ScoresReproduced scores) {
      node.put("outcome", "SCORES_REPRODUCED")
          .put("why", scores.why().name())
          .put("detail", scores.detail())
          .put("largestDifference", scores.largest());
    } else if (outcome instanceof Rederivation.CannotVerify cannot) {
      node.put("outcome", "CANNOT_VERIFY")
          .put("why", cannot.why().name())
          .put("detail", cannot.detail());
    } else if (outcome instanceof Rederivation.Differs differs) {
      node.put("outcome", "DIFFERS").put("fromImage", differs.fromImage());
      ArrayNode list = node.putArray("differences");
      for (Difference difference : differs.differences()) {
        ObjectNode one =
            list.addObject()
                .put("field", difference.field())
                .put("recorded", difference.recorded())
                .put("now", difference.now());
        difference.by().ifPresent(by -> one.put("by", by));
      }
    }
    ArrayNode notes = node.putArray("notes");
    outcome.notes().forEach(notes::add);
  }

  String missing(String name, String detail) {
    return line(
        json.createObjectNode()
            .put("name", name)
            .put("outcome", "CANNOT_VERIFY")
            .put("why", "VERDICT_UNKNOWN")
            .put("detail", detail));
  }

  String summary(Tally tally, boolean scoresSuffice) {
    ObjectNode root = json.createObjectNode();
    BinomialInterval interval = tally.interval(scoresSuffice);
    ObjectNode node =
        root.putObject("summary")
            .put("verdicts", tally.all())
            .put("reproducedExactly", tally.exact())
            .put("reproducedWithinTolerance", tally.within())
            .put("largestDifference", tally.largest())
            .put("scoresReproduced", tally.scoresOnly())
            .put("differ", tally.differs())
            .put("cannotVerify", tally.cannot());
    ObjectNode reasons = node.putObject("reasons");
    new TreeMap<>(tally.obstacles()).forEach((why, count) -> reasons.put(why.name(), count));
    node.putArray("interval95").add(interval.lower()).add(interval.upper());
    tally.mostThatDiffer(scoresSuffice).ifPresent(most -> node.put("mostThatDiffer95", most));
    node.put("allReproduced", tally.allReproduced(scoresSuffice));
    return line(root);
  }

  private String line(ObjectNode node) {
    try {
      return json.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an outcome could not be written as JSON", e);
    }
  }
}
