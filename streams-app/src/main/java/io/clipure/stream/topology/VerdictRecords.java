package io.clipure.stream.topology;

import io.clipure.schemas.Decision;
import io.clipure.schemas.Flag;
import io.clipure.schemas.FlagKind;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.Purification;
import io.clipure.schemas.SeenView;
import io.clipure.schemas.SourceCoordinates;
import io.clipure.schemas.Suspicion;
import io.clipure.schemas.Timings;
import io.clipure.stream.batching.Outcome;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.image.ImageFacts;
import io.clipure.stream.policy.Verdict;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.View;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Writes verdicts as result records. Thread-safe. */
final class VerdictRecords {
  private final TopologySettings settings;
  private final ModelInfo model;
  private final KeyedViews views;
  private final Clock clock;

  VerdictRecords(TopologySettings settings, ModelInfo model, KeyedViews views, Clock clock) {
    this.settings = settings;
    this.model = model;
    this.views = views;
    this.clock = clock;
  }

  LabelledImage labelled(
      ImageEvent event,
      RecordMetadata origin,
      Loading.Accepted loading,
      Outcome.Encoded<?> encoded,
      Verdict verdict,
      long labelSetVersion) {
    float[][] embeddings = encoded.embeddings().views();
    return LabelledImage.newBuilder()
        .setId(event.getId())
        .setSource(event.getSource())
        .setAttributes(event.getAttributes())
        .setOrigin(new SourceCoordinates(origin.topic(), origin.partition(), origin.offset()))
        .setImage(image(loading))
        .setDecision(Decision.valueOf(verdict.decision().name()))
        .setDecidedBy(verdict.decidedBy())
        .setTopLabel(verdict.topLabel())
        .setTopScore(verdict.topScore())
        .setMargin(verdict.margin())
        .setScores(verdict.scores().stream().map(VerdictRecords::score).toList())
        .setFlags(verdict.flags().stream().map(VerdictRecords::flag).toList())
        .setSuspicion(suspicion(verdict.suspicion()))
        .setPurification(purification(verdict))
        .setProvenance(provenance(verdict, labelSetVersion, encoded.device()))
        .setTimings(timings(encoded))
        .setEmbedding(settings.storeEmbedding() ? HalfPrecision.encode(embeddings[0]) : null)
        .setViews(views(loading.views(), verdict.views()))
        .setViewEmbeddings(
            settings.storeEmbedding()
                ? Arrays.stream(embeddings).skip(1).map(HalfPrecision::encode).toList()
                : List.of())
        .build();
  }

  private static io.clipure.schemas.ImageFacts image(Loading.Accepted loading) {
    ImageFacts facts = loading.facts();
    return new io.clipure.schemas.ImageFacts(
        facts.sha256(),
        facts.format().id(),
        facts.width(),
        facts.height(),
        facts.bytes(),
        facts.orientation(),
        HexFormat.of().formatHex(loading.digest()));
  }

  private static LabelScore score(Verdict.LabelScore score) {
    return new LabelScore(
        score.label().id(),
        score.label().group(),
        score.score(),
        score.scoreBefore(),
        score.label().threshold());
  }

  private static List<SeenView> views(List<View> drawn, List<Verdict.SeenView> seen) {
    List<SeenView> records = new ArrayList<>(seen.size());
    for (int v = 0; v < seen.size(); v++) {
      Verdict.SeenView view = seen.get(v);
      records.add(
          new SeenView(
              drawn.get(v).id(),
              view.topLabel(),
              view.topScore(),
              Decision.valueOf(view.decision().name()),
              view.totalVariation()));
    }
    return records;
  }

  private static Flag flag(Verdict.Flag flag) {
    return new Flag(FlagKind.valueOf(flag.kind().name()), flag.reason());
  }

  private static Suspicion suspicion(Verdict.Suspicion suspicion) {
    return new Suspicion(
        suspicion.rule(), suspicion.score(), suspicion.threshold(), suspicion.signals());
  }

  private static Purification purification(Verdict verdict) {
    return new Purification(
        verdict.purifier(),
        verdict.purification().cosineBefore(),
        verdict.purification().cosineAfter(),
        verdict.purification().displacement(),
        verdict.topLabelChanged());
  }

  private Provenance provenance(Verdict verdict, long labelSetVersion, String device) {
    return Provenance.newBuilder()
        .setModelName(model.name())
        .setModelDigest(model.digest())
        .setLabelSetName(verdict.labelSet().name())
        .setLabelSetDigest(verdict.labelSet().digest())
        .setLabelSetVersion(labelSetVersion)
        .setCalibrationId(model.calibration() == null ? null : model.calibration().id())
        .setPreprocessing(settings.preprocessing())
        .setEngine(settings.engine())
        .setPrecision(settings.precision())
        .setDevice(device)
        .setApplicationVersion(settings.applicationVersion())
        .setViewPlan(views.plan().id())
        .setViewKeyId(views.plan().extraViews() == 0 ? null : views.keyId())
        .build();
  }

  private Timings timings(Outcome.Encoded<?> encoded) {
    return Timings.newBuilder()
        .setLoadMicros(TimeUnit.NANOSECONDS.toMicros(encoded.loadNanos()))
        .setQueueMicros(TimeUnit.NANOSECONDS.toMicros(encoded.queueNanos()))
        .setEncodeMicros(TimeUnit.NANOSECONDS.toMicros(encoded.encodeNanos()))
        .setBatchSize(encoded.batchSize())
        .setLabelledAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
        .build();
  }
}
