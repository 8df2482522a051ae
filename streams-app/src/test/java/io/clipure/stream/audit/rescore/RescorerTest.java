package io.clipure.stream.audit.rescore;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.TextEncoder;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.ClipJudgeFactory;
import io.clipure.stream.policy.JudgeSettings;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSets;
import io.clipure.stream.purify.PurifierPreset;
import io.clipure.stream.topology.Rescored;
import io.clipure.stream.topology.Topics;
import io.clipure.stream.topology.TopologySettings;
import io.clipure.stream.topology.VerdictRecords;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.ViewPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Judging the golden record of the first schema version, which knew no views. */
class RescorerTest {
  private static final Path V1 =
      Path.of("..", "schemas", "src", "test", "resources", "history", "v1");
  private static final Instant NOW = Instant.parse("2026-11-26T05:00:00Z");

  private static LabelledImage old;

  private final Drift drift = new Drift(() -> 0);

  @BeforeAll
  static void readTheGoldenRecord() throws IOException {
    Schema.Parser parser = new Schema.Parser();
    parser.parse(Files.readString(V1.resolve("Decision.avsc")));
    Schema written = parser.parse(Files.readString(V1.resolve("LabelledImage.avsc")));
    old =
        new SpecificDatumReader<LabelledImage>(
                written,
                LabelledImage.getClassSchema(),
                SpecificData.getForClass(LabelledImage.class))
            .read(
                null,
                DecoderFactory.get()
                    .binaryDecoder(Files.readAllBytes(V1.resolve("LabelledImage.bin")), null));
  }

  @Test
  void itIsJudgedByACandidateThatLooksOnce() {
    Rescored rescored = rescorer(old.getProvenance().getModelDigest(), ViewPlan.none()).apply(old);

    LabelledImage result = ((Rescored.Judged) rescored).result();
    assertThat(result.getId()).isEqualTo(old.getId());
    assertThat(result.getOrigin()).isEqualTo(old.getOrigin());
    assertThat(result.getImage()).isEqualTo(old.getImage());
    assertThat(result.getEmbedding()).isEqualTo(old.getEmbedding());
    assertThat(result.getScores()).hasSize(2);
    assertThat(result.getProvenance().getLabelSetName()).isEqualTo("candidate");
    assertThat(result.getProvenance().getEngine()).isEqualTo(old.getProvenance().getEngine());
    assertThat(result.getTimings().getLabelledAt()).isEqualTo(NOW);
    assertThat(result.getTimings().getEncodeMicros()).isZero();
    assertThat(drift.totals().judged()).isEqualTo(1);
    assertThat(drift.totals().alike()).as("another label set").isZero();
  }

  @Test
  void aCandidateThatLooksAtViewsNeedsTheImage() {
    assertThat(
            reason(
                rescorer(old.getProvenance().getModelDigest(), ViewPlan.parse("shift:2", 64)), old))
        .isEqualTo("VIEWS_DIFFER");
  }

  @Test
  void anotherModelNeedsTheImage() {
    assertThat(reason(rescorer("0".repeat(64), ViewPlan.none()), old)).isEqualTo("MODEL_DIFFERS");
  }

  @Test
  void withoutAnEmbeddingOrWithABrokenOneTheImageIsNeeded() {
    Rescorer rescorer = rescorer(old.getProvenance().getModelDigest(), ViewPlan.none());
    LabelledImage none = LabelledImage.newBuilder(old).setEmbedding(null).build();
    LabelledImage wide =
        LabelledImage.newBuilder(old).setEmbedding(ByteBuffer.wrap(new byte[8])).build();
    LabelledImage infinite =
        LabelledImage.newBuilder(old).setEmbedding(ByteBuffer.wrap(new byte[] {0, 0x7C})).build();

    assertThat(reason(rescorer, none)).isEqualTo("NO_EMBEDDING");
    assertThat(reason(rescorer, wide)).isEqualTo("EMBEDDING_UNUSABLE");
    assertThat(reason(rescorer, infinite)).isEqualTo("EMBEDDING_UNUSABLE");
    assertThat(reason(rescorer, null)).isEqualTo("EMPTY_VALUE");
  }

  private static String reason(Rescorer rescorer, LabelledImage record) {
    Rescored.Unusable unusable = (Rescored.Unusable) rescorer.apply(record);
    assertThat(unusable.message()).doesNotContain("\n").isNotBlank();
    return unusable.reason();
  }

  private Rescorer rescorer(String modelDigest, ViewPlan plan) {
    ModelInfo model =
        new ModelInfo("tiny", modelDigest, 64, 1, 10, new float[] {1}, List.of("a {}"), null);
    LabelSet labels =
        LabelSets.digested(
            new LabelSet(
                "candidate",
                "",
                "",
                List.of(),
                List.of(label("gun", Action.BLOCK), label("cat", Action.ALLOW)),
                null,
                null,
                false));
    KeyedViews views = new KeyedViews(plan, "a key for tests only, of thirty-two characters");
    TopologySettings settings =
        new TopologySettings(
            Topics.defaults(), true, "pixels/1", "engine", "fp32", "test", Optional.empty());
    return new Rescorer(
        new ClipJudgeFactory(
                model,
                new Signs(),
                PurifierPreset.GENTLE.purifier(),
                plan,
                JudgeSettings.defaults())
            .compile(labels),
        model,
        plan,
        new VerdictRecords(settings, model, views, Clock.fixed(NOW, ZoneOffset.UTC)),
        drift);
  }

  private static Label label(String id, Action action) {
    return new Label(id, id, "things", action, null, List.of(id));
  }

  /** In one dimension there are two directions. */
  private record Signs() implements TextEncoder {
    @Override
    public float[][] encode(List<String> texts) {
      return texts.stream()
          .map(text -> new float[] {text.contains("gun") ? 1 : -1})
          .toArray(float[][]::new);
    }

    @Override
    public List<String> unknownWords(String text) {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
