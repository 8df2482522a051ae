package io.clipure.stream.console;

import io.clipure.schemas.Decision;
import io.clipure.schemas.Flag;
import io.clipure.schemas.FlagKind;
import io.clipure.schemas.ImageFacts;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.Purification;
import io.clipure.schemas.SeenView;
import io.clipure.schemas.SourceCoordinates;
import io.clipure.schemas.Suspicion;
import io.clipure.schemas.Timings;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Verdicts made by hand. */
final class Verdicts {
  private Verdicts() {}

  static VerdictNote allowed(String id) {
    return note(result(id, Decision.ALLOW, "kitten"));
  }

  static VerdictNote blocked(String id) {
    return note(result(id, Decision.BLOCK, "pistol"));
  }

  static VerdictNote reviewed(String id) {
    return note(result(id, Decision.REVIEW, "wine"));
  }

  /** Flagged as an attack, for this reason. */
  static VerdictNote suspected(String id, String label, String reason) {
    return note(
        LabelledImage.newBuilder(result(id, Decision.BLOCK, label))
            .setFlags(List.of(new Flag(FlagKind.SUSPECTED_ADVERSARIAL, reason)))
            .build());
  }

  static DeadLetterNote dead(String key, String reason, String message) {
    return new DeadLetterNote(
        "images", 0, 7, Optional.of(key), reason, message, false, System.currentTimeMillis());
  }

  static VerdictNote note(LabelledImage result) {
    return new VerdictNote(
        result,
        false,
        result.getTimings().getLabelledAt().minusMillis(40),
        Optional.of(picture(64)));
  }

  /** Grey on the left, red on the right. */
  static Picture picture(int side) {
    byte[] rgb = new byte[side * side * 3];
    Arrays.fill(rgb, (byte) 0x80);
    for (int i = 0; i < side * side; i++) {
      if (i % side >= side / 2) {
        rgb[3 * i] = (byte) 0xff;
        rgb[3 * i + 1] = 0;
        rgb[3 * i + 2] = 0;
      }
    }
    return new Picture(rgb, side);
  }

  static LabelledImage result(String id, Decision decision, String label) {
    return LabelledImage.newBuilder()
        .setId(id)
        .setOrigin(new SourceCoordinates("images", 2, 4711L))
        .setImage(
            ImageFacts.newBuilder()
                .setSha256("0".repeat(64))
                .setFormat("jpeg")
                .setWidth(640)
                .setHeight(480)
                .setBytes(12_345L)
                .build())
        .setDecision(decision)
        .setDecidedBy(label)
        .setTopLabel(label)
        .setTopScore(0.9)
        .setMargin(0.85)
        .setScores(
            List.of(
                new LabelScore(label, "things", 0.9, 0.8, 0.5),
                new LabelScore("other", "things", 0.05, 0.1, null)))
        .setSuspicion(new Suspicion("view-disagreement/1", 0.7, 0.5, Map.of("view-tv-mean", 0.7)))
        .setPurification(new Purification("off", 0.1, 0.1, 0.0, false))
        .setProvenance(
            Provenance.newBuilder()
                .setModelName("model")
                .setModelDigest("1".repeat(64))
                .setLabelSetName("set")
                .setLabelSetDigest("2".repeat(64))
                .setPreprocessing("pil")
                .setEngine("onnx")
                .setPrecision("fp32")
                .setDevice("cpu")
                .setApplicationVersion("test")
                .build())
        .setTimings(Timings.newBuilder().setLabelledAt(Instant.ofEpochMilli(now())).build())
        .setViews(List.of(new SeenView("shift(+1,-2)", label, 0.8, decision, 0.2)))
        .build();
  }

  private static long now() {
    return System.currentTimeMillis();
  }
}
