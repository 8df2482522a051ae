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
public final class VerdictRecords {
  private final TopologySettings settings;
  private final ModelInfo model;
  private final KeyedViews views;
  private final Clock clock;

  /**
   * Creates the writer.
   *
   * @param settings what is stamped
   * @param model the bundle, with the calibration in force
   * @param views what is encoded besides each image
   * @param clock time stamped on results
   */
  public VerdictRecords(TopologySettings settings, ModelInfo model, KeyedViews views, Clock clock) {
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
        .setScores(scores(verdict))
        .setFlags(verdict.flags().stream().map(VerdictRecords::flag).toList())
        .setSuspicion(suspicion(verdict.suspicion()))
        .setPurification(purification(verdict))
        .setProvenance(provenance(verdict, labelSetVersion, encoded.device()))
        .setTimings(timings(encoded))
        .setEmbedding(settings.storeEmbedding() ? HalfPrecision.encode(embeddings[0]) : null)
        .setViews(views(loading.views().stream().map(View::id).toList(), verdict.views()))
        .setViewEmbeddings(
            settings.storeEmbedding()
                ? Arrays.stream(embeddings).skip(1).map(HalfPrecision::encode).toList()
                : List.of())
        .build();
  }

  /**
   * The result of judging the embeddings of a result anew. What is known of the image, and how it
   * was encoded, is the old result's; there was no loading, waiting or encoding to time.
   *
   * @param before the old result
   * @param verdict the new one, on as many of its views as it has
   */
  public LabelledImage rejudged(LabelledImage before, Verdict verdict) {
    int views = verdict.views().size();
    boolean embedded = settings.storeEmbedding();
    // The constructor in schema order: a builder checks every field of every label anew.
    return new LabelledImage(
        before.getId(),
        before.getSource(),
        before.getAttributes(),
        before.getOrigin(),
        before.getImage(),
        Decision.valueOf(verdict.decision().name()),
        verdict.decidedBy(),
        verdict.topLabel(),
        verdict.topScore(),
        verdict.margin(),
        scores(verdict),
        verdict.flags().stream().map(VerdictRecords::flag).toList(),
        suspicion(verdict.suspicion()),
        purification(verdict),
        provenance(before.getProvenance(), verdict, views),
        new Timings(0L, 0L, 0L, 0, clock.instant().truncatedTo(ChronoUnit.MILLIS)),
        embedded ? before.getEmbedding() : null,
        views(
            before.getViews().stream().limit(views).map(SeenView::getTransform).toList(),
            verdict.views()),
        embedded ? before.getViewEmbeddings().subList(0, views) : List.of());
  }

  private Provenance provenance(Provenance before, Verdict verdict, int views) {
    return new Provenance(
        before.getModelName(),
        before.getModelDigest(),
        verdict.labelSet().name(),
        verdict.labelSet().digest(),
        LabelSetHolder.FROM_FILE,
        model.calibration() == null ? null : model.calibration().id(),
        before.getPreprocessing(),
        before.getEngine(),
        before.getPrecision(),
        before.getDevice(),
        settings.applicationVersion(),
        this.views.plan().id(),
        views == 0 ? null : before.getViewKeyId());
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

  private static List<LabelScore> scores(Verdict verdict) {
    // A loop: there are many, and rescoring does little else.
    List<LabelScore> scores = new ArrayList<>(verdict.scores().size());
    for (Verdict.LabelScore score : verdict.scores()) {
      scores.add(score(score));
    }
    return scores;
  }

  private static LabelScore score(Verdict.LabelScore score) {
    return new LabelScore(
        score.label().id(),
        score.label().group(),
        score.score(),
        score.scoreBefore(),
        score.label().threshold());
  }

  private static List<SeenView> views(List<String> drawn, List<Verdict.SeenView> seen) {
    List<SeenView> records = new ArrayList<>(seen.size());
    for (int v = 0; v < seen.size(); v++) {
      Verdict.SeenView view = seen.get(v);
      records.add(
          new SeenView(
              drawn.get(v),
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
