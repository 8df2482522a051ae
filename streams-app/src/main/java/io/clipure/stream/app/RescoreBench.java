package io.clipure.stream.app;

import io.clipure.schemas.Decision;
import io.clipure.schemas.ImageFacts;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.Purification;
import io.clipure.schemas.SeenView;
import io.clipure.schemas.SourceCoordinates;
import io.clipure.schemas.Suspicion;
import io.clipure.schemas.Timings;
import io.clipure.stream.audit.rescore.Drift;
import io.clipure.stream.audit.rescore.Rescorer;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.clip.TextEncoder;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.ClipJudgeFactory;
import io.clipure.stream.policy.Judge;
import io.clipure.stream.policy.JudgeSettings;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSets;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.topology.HalfPrecision;
import io.clipure.stream.topology.Rescored;
import io.clipure.stream.topology.TopologySettings;
import io.clipure.stream.topology.VerdictRecords;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.View;
import io.clipure.stream.views.ViewPlan;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Results and a judge for them, made of random vectors. */
final class RescoreBench {
  private static final int IMAGE_SIZE = 224;
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  private final int prompts;
  private final ModelInfo model;
  private final KeyedViews views;
  private final Purifier purifier;
  private final Judge judge;
  private final VerdictRecords records;

  private RescoreBench(ModelInfo model, KeyedViews views, Purifier purifier, int prompts) {
    this.prompts = prompts;
    this.model = model;
    this.views = views;
    this.purifier = purifier;
    this.judge =
        new ClipJudgeFactory(
                model,
                new RandomTexts(model.dimension()),
                purifier,
                views.plan(),
                JudgeSettings.defaults())
            .compile(labels(prompts));
    this.records =
        new VerdictRecords(settings(AppConfig.load(List.of())), model, views, Clock.systemUTC());
  }

  /** What is stamped on results. */
  TopologySettings settings(AppConfig config) {
    return new TopologySettings(
        Settings.topics(config.topics()),
        true,
        "pil-bicubic-center-224/1",
        "bench",
        "fp32",
        Version.application(),
        Optional.empty());
  }

  static RescoreBench of(AppConfig config, int prompts, int dimension, String views) {
    float[] anchor = gaussian(new SplittableRandom(1), dimension);
    double length = 0;
    for (float value : anchor) {
      length += (double) value * value;
    }
    for (int d = 0; d < dimension; d++) {
      anchor[d] /= (float) Math.sqrt(length);
    }
    ModelInfo model =
        new ModelInfo(
            "bench", DIGEST, IMAGE_SIZE, dimension, 100, anchor, List.of("a photo of {}."), null);
    ViewPlan plan;
    try {
      plan = ViewPlan.parse(views, IMAGE_SIZE);
    } catch (IllegalArgumentException e) {
      throw new RefusedException("--views: " + e.getMessage(), e);
    }
    return new RescoreBench(
        model,
        new KeyedViews(plan, "a key for measuring speed only, 32 characters and more"),
        Purifiers.of(config.purify()),
        prompts);
  }

  private static LabelSet labels(int count) {
    List<Label> labels = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      Action action = k % 5 == 0 ? Action.BLOCK : k % 5 == 1 ? Action.REVIEW : Action.ALLOW;
      labels.add(
          new Label(
              "label-number-" + k,
              "Label " + k,
              "group-" + k % 8,
              action,
              action == Action.ALLOW ? null : 0.5,
              List.of("thing number " + k)));
    }
    return LabelSets.digested(
        new LabelSet("bench", "random prompts", "", List.of(), labels, null, null, false));
  }

  String purifier() {
    return purifier.id();
  }

  int embeddings() {
    return 1 + views.plan().extraViews();
  }

  Rescorer rescorer(Drift drift) {
    return new Rescorer(judge, model, views.plan(), records, drift);
  }

  /** Results as the service writes them. */
  List<LabelledImage> results(int count) {
    Rescorer rescorer = rescorer(new Drift(System::nanoTime));
    List<LabelledImage> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(((Rescored.Judged) rescorer.apply(blank(i))).result());
    }
    return results;
  }

  /** A result without a verdict that says anything yet. */
  private LabelledImage blank(int number) {
    SplittableRandom random = new SplittableRandom(number + 7L);
    float[] embedding = gaussian(random, model.dimension());
    // A picture of something: cosine about 0.3 to a prompt, as real ones have, so that about as few
    // are flagged. Where all are, each is written twice.
    float[] prompt =
        RandomTexts.vector("a photo of thing number " + number % prompts + ".", model.dimension());
    for (int d = 0; d < prompt.length; d++) {
      embedding[d] += 0.32f * prompt[d];
    }
    List<SeenView> seen = new ArrayList<>();
    List<ByteBuffer> viewEmbeddings = new ArrayList<>();
    for (View view : views.draw(new byte[32])) {
      seen.add(new SeenView(view.id(), "", 0.0, Decision.ALLOW, 0.0));
      float[] near = gaussian(random, model.dimension());
      for (int d = 0; d < near.length; d++) {
        near[d] = embedding[d] + 0.1f * near[d];
      }
      viewEmbeddings.add(HalfPrecision.encode(near));
    }
    return LabelledImage.newBuilder()
        .setId("upload-%08d".formatted(number))
        .setSource("bench")
        .setAttributes(Map.of())
        .setOrigin(new SourceCoordinates("images", 0, (long) number))
        .setImage(new ImageFacts(DIGEST, "jpeg", 640, 480, 54_321L, 1, DIGEST))
        .setDecision(Decision.ALLOW)
        .setDecidedBy("")
        .setTopLabel("")
        .setTopScore(0)
        .setMargin(0)
        .setScores(List.of())
        .setSuspicion(new Suspicion("none", 0.0, 1.0, Map.of()))
        .setPurification(new Purification("none", 0.0, 0.0, 0.0, false))
        .setProvenance(
            Provenance.newBuilder()
                .setModelName(model.name())
                .setModelDigest(model.digest())
                .setLabelSetName("none")
                .setLabelSetDigest(DIGEST)
                .setPreprocessing("pil-bicubic-center-224/1")
                .setEngine("bench")
                .setPrecision("fp32")
                .setDevice("cpu")
                .setApplicationVersion(Version.application())
                .setViewPlan(views.plan().id())
                .setViewKeyId(views.plan().extraViews() == 0 ? null : views.keyId())
                .build())
        .setTimings(Timings.newBuilder().setLabelledAt(Instant.EPOCH).build())
        .setEmbedding(HalfPrecision.encode(embedding))
        .setViews(seen)
        .setViewEmbeddings(viewEmbeddings)
        .build();
  }

  private static float[] gaussian(SplittableRandom random, int dimension) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      // Irwin-Hall of four: near enough to a Gaussian for work that does not depend on it.
      double sum =
          random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble();
      vector[d] = (float) (sum - 2);
    }
    return vector;
  }

  /** A random direction for each text. */
  private record RandomTexts(int dimension) implements TextEncoder {
    @Override
    public float[][] encode(List<String> texts) {
      return texts.stream().map(text -> vector(text, dimension)).toArray(float[][]::new);
    }

    static float[] vector(String text, int dimension) {
      return gaussian(new SplittableRandom(text.hashCode()), dimension);
    }

    @Override
    public List<String> unknownWords(String text) {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
