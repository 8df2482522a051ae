package io.clipure.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;
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
