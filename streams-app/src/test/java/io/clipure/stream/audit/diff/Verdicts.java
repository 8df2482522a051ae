package io.clipure.stream.audit.diff;

import io.clipure.schemas.Decision;
import io.clipure.schemas.Flag;
import io.clipure.schemas.FlagKind;
import io.clipure.schemas.ImageFacts;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.Purification;
import io.clipure.schemas.SourceCoordinates;
import io.clipure.schemas.Suspicion;
import io.clipure.schemas.Timings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Verdicts for tests: two labels or more, the first best one on top. */
public final class Verdicts {
  private static final String DIGEST = "ab".repeat(32);

  private Verdicts() {}

  /** A verdict of the event that stands at this offset of images-0. */
  public static LabelledImage of(
      String id, long offset, Decision decision, Map<String, Double> scores, FlagKind... flags) {
    return of(id, offset, decision, "set", scores, Map.of(), flags);
  }

  /** A verdict under a label set and its thresholds. */
  public static LabelledImage of(
      String id,
      long offset,
      Decision decision,
      String labelSet,
      Map<String, Double> scores,
      Map<String, Double> thresholds,
      FlagKind... flags) {
    List<LabelScore> all = new ArrayList<>();
    scores.keySet().stream()
        .sorted()
        .forEach(
            label ->
                all.add(
                    new LabelScore(
                        label,
                        "group",
                        scores.get(label),
                        scores.get(label),
                        thresholds.get(label))));
    LabelScore top =
        all.stream().max(java.util.Comparator.comparingDouble(LabelScore::getScore)).orElseThrow();
    return LabelledImage.newBuilder()
        .setId(id)
        .setOrigin(new SourceCoordinates("images", 0, offset))
        .setImage(new ImageFacts("00" + "cd".repeat(31), "png", 8, 8, 99L, 1, null))
        .setDecision(decision)
        .setDecidedBy(top.getLabel())
        .setTopLabel(top.getLabel())
        .setTopScore(top.getScore())
        .setMargin(0.1)
        .setScores(all)
        .setFlags(java.util.Arrays.stream(flags).map(kind -> new Flag(kind, "why")).toList())
        .setSuspicion(new Suspicion("rule", 0.1, 0.9, Map.of()))
        .setPurification(new Purification("off", 0.0, 0.0, 0.0, false))
        .setProvenance(
            Provenance.newBuilder()
                .setModelName("model")
                .setModelDigest(DIGEST)
                .setLabelSetName(labelSet)
                .setLabelSetDigest(DIGEST)
                .setPreprocessing("p/1")
                .setEngine("e")
                .setPrecision("fp32")
                .setDevice("cpu")
                .setApplicationVersion("1")
                .build())
        .setTimings(
            Timings.newBuilder()
                .setLoadMicros(1000)
                .setQueueMicros(2000)
                .setEncodeMicros(8000)
                .setBatchSize(4)
                .setLabelledAt(Instant.parse("2026-11-01T00:00:00Z").plusSeconds(offset))
                .build())
        .build();
  }

  /** Where a result stands. */
  public static Place at(long offset) {
    return new Place("labelled", 0, offset);
  }
}
