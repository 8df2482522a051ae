package io.clipure.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Bytes written once, by another Avro implementation (history/golden.py), stay readable. */
class GoldenBytesTest {
  private static final Instant AT = Instant.parse("2026-11-22T10:20:30.456Z");

  @Test
  void an_image_event_of_version_1_is_still_read() throws IOException {
    ImageEvent event = decode("v1", ImageEvent.getClassSchema());

    assertThat(event.getId()).isEqualTo("upload-1");
    assertThat(event.getContent())
        .isEqualTo(new InlineImage(ByteBuffer.wrap(new byte[] {(byte) 0xFF, (byte) 0xD8, -1})));
    assertThat(event.getMediaType()).isEqualTo("image/jpeg");
    assertThat(event.getSource()).isEqualTo("forum-é");
    assertThat(event.getUploadedAt()).isEqualTo(AT);
    assertThat(event.getAttributes()).isEqualTo(Map.of("tenant", "a"));
  }

  @Test
  void a_label_set_of_version_1_is_still_read() throws IOException {
    LabelSet set = decode("v1", LabelSet.getClassSchema());

    assertThat(set.getLabels()).extracting(LabelDefinition::getId).containsExactly("pistol", "cat");
    assertThat(set.getLabels().get(0).getAction()).isEqualTo(Decision.BLOCK);
    assertThat(set.getLabels().get(0).getThreshold()).isEqualTo(0.5);
    assertThat(set.getLabels().get(1).getThreshold()).isNull();
    assertThat(set.getLowConfidenceScore()).isEqualTo(0.4);
    assertThat(set.getCalibrated()).isTrue();
  }

  @Test
  void a_labelled_image_of_version_1_is_still_read() throws IOException {
    LabelledImage image = decode("v1", LabelledImage.getClassSchema());

    assertThat(image.getOrigin()).isEqualTo(new SourceCoordinates("images", 3, 5_000_000_000L));
    assertThat(image.getDecision()).isEqualTo(Decision.BLOCK);
    assertThat(image.getScores()).extracting(LabelScore::getScore).containsExactly(0.75, 0.25);
    assertThat(image.getFlags().get(0).getKind()).isEqualTo(FlagKind.SUSPECTED_ADVERSARIAL);
    assertThat(image.getSuspicion().getSignals()).isEqualTo(Map.of("angle", 0.9));
    assertThat(image.getProvenance().getLabelSetVersion()).isEqualTo(7);
    assertThat(image.getTimings().getLabelledAt()).isEqualTo(AT);
    assertThat(image.getEmbedding()).isEqualTo(ByteBuffer.wrap(new byte[] {0, 0x3C}));
  }

  @Test
  void a_labelled_image_of_version_1_has_no_views() throws IOException {
    LabelledImage image = decode("v1", LabelledImage.getClassSchema());

    assertThat(image.getViews()).isEmpty();
    assertThat(image.getViewEmbeddings()).isEmpty();
    assertThat(image.getImage().getPixelsSha256()).isNull();
    assertThat(image.getProvenance().getViewPlan()).isNull();
    assertThat(image.getProvenance().getViewKeyId()).isNull();
  }

  @Test
  void a_labelled_image_of_version_2_is_still_read() throws IOException {
    LabelledImage image = decode("v2", LabelledImage.getClassSchema());

    assertThat(image.getTopLabel()).isEqualTo("pistol");
    assertThat(image.getViews())
        .containsExactly(
            new SeenView("shift(+2,-1)", "cat", 0.5, Decision.ALLOW, 0.25),
            new SeenView("shift(-3,+0)", "pistol", 0.875, Decision.BLOCK, 0.125));
    assertThat(image.getViewEmbeddings())
        .containsExactly(
            ByteBuffer.wrap(new byte[] {0, 0x3C}), ByteBuffer.wrap(new byte[] {0, 0x40}));
    assertThat(image.getImage().getPixelsSha256()).isEqualTo("12".repeat(32));
    assertThat(image.getProvenance().getViewPlan()).isEqualTo("shift:2(reach=3)");
    assertThat(image.getProvenance().getViewKeyId()).isEqualTo("0011aabb");
  }

  @Test
  void a_review_of_version_3_is_still_read() throws IOException {
    ReviewDecision review = decode("v3", ReviewDecision.getClassSchema());

    assertThat(review.getDecision()).isEqualTo(Decision.ALLOW);
    assertThat(review.getLabels()).containsExactly("cat");
    assertThat(review.getReviewer()).isEqualTo("reviewer-é");
    assertThat(review.getReviewedAt()).isEqualTo(AT);
    assertThat(review.getSampling()).isEqualTo(new ReviewSampling("random", 0.015625));
    assertThat(review.getVerdict().getOffset()).isEqualTo(5_000_000_000L);
    assertThat(review.getVerdict().getCalibrationId()).isNull();
  }

  @Test
  void a_reader_of_version_1_reads_a_labelled_image_of_version_2() throws IOException {
    Schema old = SchemaFiles.history().get("v1").get("LabelledImage");
    Schema written = SchemaFiles.history().get("v2").get("LabelledImage");
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(SchemaFiles.golden("v2", "LabelledImage"), null);
    GenericRecord record = new GenericDatumReader<GenericRecord>(written, old).read(null, decoder);
    assertThat(record.get("decision")).hasToString("BLOCK");
    assertThat(record.get("topScore")).isEqualTo(0.75);
    assertThat(record.hasField("views")).isFalse();
  }

  private static <T extends SpecificRecord> T decode(String version, Schema current)
      throws IOException {
    Schema written = SchemaFiles.history().get(version).get(current.getName());
    byte[] bytes = SchemaFiles.golden(version, current.getName());
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
    T record = new SpecificDatumReader<T>(written, current).read(null, decoder);
    assertThat(decoder.isEnd()).isTrue();
    return record;
  }
}
