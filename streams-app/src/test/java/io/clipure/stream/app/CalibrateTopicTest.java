package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.schemas.Decision;
import io.clipure.schemas.ImageFacts;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.Purification;
import io.clipure.schemas.ReviewDecision;
import io.clipure.schemas.ReviewSampling;
import io.clipure.schemas.ReviewedVerdict;
import io.clipure.schemas.SourceCoordinates;
import io.clipure.schemas.Suspicion;
import io.clipure.schemas.Timings;
import io.clipure.stream.clip.CalibrationFile;
import io.clipure.stream.clip.CalibrationFiles;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.policy.ClipJudge;
import io.clipure.stream.policy.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples from a cluster. */
class CalibrateTopicTest {
  private static final int IMAGES = 70;
  private static final String DIGEST = "0".repeat(64);

  @TempDir private Path folder;

  private static String[] line(Map<String, String> keys, String... args) {
    List<String> line = new ArrayList<>(List.of(args));
    keys.forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    return line.toArray(String[]::new);
  }

  @Test
  void imagesAndVerdictsOfATopicAreASampleAndStrangersAreCountedOut() throws IOException {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      Map<String, String> keys =
          Map.of(
              "kafka.bootstrap.servers",
              broker.bootstrapServers(),
              "schema.registry.url",
              "mock://calibrate");
      AppConfig config = AppConfig.load(List.of(ConfigSource.flags(keys)));
      TopicSetup.create(broker, config, 2);
      imagesAreASample(keys);
      verdictsAreASample(config, keys);
      reviewsAreTheTruth(config, keys);
    }
  }

  private void imagesAreASample(Map<String, String> keys) {
    List<String> publish = new ArrayList<>(List.of("publish"));
    BundledImages.files().subList(0, IMAGES).forEach(file -> publish.add(file.toString()));
    assertThat(CommandLineRun.of(line(keys, publish.toArray(String[]::new))).exitCode()).isZero();
    Path out = folder.resolve("topic.json");
    CommandLineRun run =
        CommandLineRun.of(
            line(
                keys,
                "calibrate",
                "--topic=images",
                "--max=64",
                "--flag-budget=5%",
                "--out",
                out.toString()));
    assertThat(run.exitCode()).as(run.err()).isZero();
    CalibrationFile file = CalibrationFiles.read(out);
    assertThat(file.measured().images()).isEqualTo(64);
    assertThat(file.measured().source()).isEqualTo("topic images");
    assertThat(file.calibration().suspicion())
        .as("the bundle's model for the same views stays, its threshold moves")
        .isEqualTo(ModelBundle.open(Home.locate().demoBundle()).info().calibration().suspicion());
  }

  private void verdictsAreASample(AppConfig config, Map<String, String> keys) {
    write(config);
    Path out = folder.resolve("verdicts.json");
    CommandLineRun run =
        CommandLineRun.of(
            line(
                keys,
                "calibrate",
                "--labelled-topic=images.labelled",
                "--flag-budget=5%",
                "--out",
                out.toString()));
    assertThat(run.exitCode()).as(run.err()).isZero();
    CalibrationFile file = CalibrationFiles.read(out);
    assertThat(file.measured().images()).isEqualTo(IMAGES);
    assertThat(file.evidence().at("/skipped/verdicts of another model").intValue()).isEqualTo(2);
    assertThat(file.evidence().at("/skipped/verdicts under another label set").intValue())
        .isEqualTo(3);
    assertThat(file.evidence().at("/false_flags/flagged").intValue()).isZero();
    assertThat(file.evidence().has("labelled_images")).isFalse();
  }

  private void reviewsAreTheTruth(AppConfig config, Map<String, String> keys) {
    Path out = folder.resolve("reviewed.json");
    String[] line =
        line(
            keys,
            "calibrate",
            "--labelled-topic=images.labelled",
            "--reviews",
            "--flag-budget=5%",
            "--out",
            out.toString());
    assertThat(CommandLineRun.of(line).err()).contains("none of 0 reviews names a label");
    ReviewsTopic topic = new ReviewsTopic(config);
    assertThat(topic.ensure()).isTrue();
    topic.write(List.of(review(5, "flagged", 1), review(6, "flagged", 1)));
    assertThat(CommandLineRun.of(line).err()).contains("all of 2 reviews are of flagged images");
    topic.write(IntStream.range(10, 30).mapToObj(i -> review(i, "random", 0.001)).toList());

    CommandLineRun run = CommandLineRun.of(line);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("20 of 22 reviews are used");
    assertThat(CalibrationFiles.read(out).evidence().at("/labelled_images").intValue())
        .isEqualTo(20);
  }

  private static ReviewDecision review(int image, String stratum, double chance) {
    return ReviewDecision.newBuilder()
        .setId("image-" + image)
        .setLabels(List.of("pistol"))
        .setReviewer("anna")
        .setReviewedAt(Instant.EPOCH)
        .setSampling(new ReviewSampling(stratum, chance))
        .setVerdict(
            new ReviewedVerdict(
                "images", 0, 0L, DIGEST, Decision.ALLOW, "cat", DIGEST, DIGEST, null))
        .build();
  }

  /** Verdicts on made-up embeddings, as the service would write them, and five of elsewhere. */
  private static void write(AppConfig config) {
    try (Engines engines = Engines.open(config, Home.locate());
        Producer<String, LabelledImage> producer =
            Clients.producer(
                config,
                Map.of(),
                new StringSerializer(),
                Clients.serdes(config).labelledImage().serializer())) {
      CalibrationBench bench = engines.bench();
      ClipJudge judge = bench.judge();
      Random random = new Random(1);
      for (int i = 0; i < IMAGES + 5; i++) {
        float[][] views = new float[1 + bench.views().plan().extraViews()][];
        for (int v = 0; v < views.length; v++) {
          views[v] = new float[bench.model().dimension()];
          for (int d = 0; d < views[v].length; d++) {
            views[v][d] = (float) random.nextGaussian();
          }
        }
        Verdict verdict = judge.judge(new ImageEmbeddings(views, null));
        String model = i < 2 ? DIGEST : bench.model().digest();
        String labels = i >= 2 && i < 5 ? DIGEST : bench.labelSet().digest();
        LabelledImage record = record("image-" + i, verdict, bench, model, labels);
        producer.send(new ProducerRecord<>(config.topics().labelled(), record.getId(), record));
      }
      producer.flush();
    }
  }

  private static LabelledImage record(
      String id, Verdict verdict, CalibrationBench bench, String model, String labels) {
    return LabelledImage.newBuilder()
        .setId(id)
        .setOrigin(new SourceCoordinates("images", 0, 0L))
        .setImage(new ImageFacts(DIGEST, "png", 64, 64, 100L, 1, DIGEST))
        .setDecision(Decision.valueOf(verdict.decision().name()))
        .setDecidedBy(verdict.decidedBy())
        .setTopLabel(verdict.topLabel())
        .setTopScore(verdict.topScore())
        .setMargin(verdict.margin())
        .setScores(
            verdict.scores().stream()
                .map(s -> new LabelScore(s.label().id(), s.label().group(), s.score(), 0.0, null))
                .toList())
        .setSuspicion(
            new Suspicion(
                verdict.suspicion().rule(),
                verdict.suspicion().score(),
                verdict.suspicion().threshold(),
                verdict.suspicion().signals()))
        .setPurification(new Purification(verdict.purifier(), 0.0, 0.0, 0.0, false))
        .setProvenance(
            Provenance.newBuilder()
                .setModelName("any")
                .setModelDigest(model)
                .setLabelSetName("demo")
                .setLabelSetDigest(labels)
                .setCalibrationId(bench.model().calibration().id())
                .setPreprocessing("any")
                .setEngine("any")
                .setPrecision("fp32")
                .setDevice("cpu")
                .setApplicationVersion("1")
                .setViewPlan(bench.views().plan().id())
                .build())
        .setTimings(Timings.newBuilder().setLabelledAt(Instant.EPOCH).build())
        .build();
  }
}
