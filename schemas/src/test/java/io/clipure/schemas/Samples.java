package io.clipure.schemas;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Filled records for the tests. */
final class Samples {
  static final Instant AT = Instant.parse("2026-11-22T10:20:30.456Z");

  private Samples() {}

  static ImageEvent imageEvent() {
    return ImageEvent.newBuilder()
        .setId("upload-1")
        .setContent(new InlineImage(ByteBuffer.wrap(new byte[] {1, 2, 3})))
        .setMediaType("image/png")
        .setSource("forum-é")
        .setUploadedAt(AT)
        .setAttributes(Map.of("tenant", "a"))
        .build();
  }

  static LabelSet labelSet() {
    return LabelSet.newBuilder()
        .setName("demo")
        .setDigest("ab".repeat(32))
        .setLabels(
            List.of(
                new LabelDefinition(
                    "pistol", "Pistol", "weapons", Decision.BLOCK, 0.5, List.of("pistol", "gun"))))
        .setLowConfidenceScore(0.4)
        .build();
  }

  static LabelledImage labelledImage() {
    return LabelledImage.newBuilder()
        .setId("upload-1")
        .setSource(null)
        .setAttributes(Map.of())
        .setOrigin(new SourceCoordinates("images", 3, 42L))
        .setImage(new ImageFacts("cd".repeat(32), "jpeg", 640, 480, 12345L, 1, "12".repeat(32)))
        .setDecision(Decision.BLOCK)
        .setDecidedBy("pistol")
        .setTopLabel("pistol")
        .setTopScore(0.75)
        .setMargin(0.5)
        .setScores(List.of(new LabelScore("pistol", "weapons", 0.75, 0.7, null)))
        .setFlags(List.of(new Flag(FlagKind.LOW_CONFIDENCE, "margin 0.01 is below 0.1")))
        .setSuspicion(new Suspicion("displacement/1", 0.9, 0.8, Map.of("angle", 0.9)))
        .setPurification(new Purification("off", 0.25, 0.25, 0.0, false))
        .setProvenance(
            Provenance.newBuilder()
                .setModelName("emoji-vit-p8")
                .setModelDigest("ef".repeat(32))
                .setLabelSetName("demo")
                .setLabelSetDigest("ab".repeat(32))
                .setPreprocessing("pil-bicubic-center-64/1")
                .setEngine("onnxruntime 1.29.0")
                .setPrecision("fp32")
                .setDevice("cpu")
                .setApplicationVersion("0.1.0")
                .build())
        .setTimings(Timings.newBuilder().setBatchSize(32).setLabelledAt(AT).build())
        .setEmbedding(ByteBuffer.wrap(new byte[] {0, 0x3C}))
        .build();
  }

  static ReviewDecision reviewDecision() {
    return ReviewDecision.newBuilder()
        .setId("upload-1")
        .setDecision(Decision.ALLOW)
        .setLabels(List.of("cat"))
        .setReviewer("reviewer-é")
        .setReviewedAt(AT)
        .setSampling(new ReviewSampling("random", 0.015625))
        .setVerdict(
            new ReviewedVerdict(
                "images",
                3,
                42L,
                "cd".repeat(32),
                Decision.BLOCK,
                "pistol",
                "ef".repeat(32),
                "ab".repeat(32),
                null))
        .build();
  }
}
