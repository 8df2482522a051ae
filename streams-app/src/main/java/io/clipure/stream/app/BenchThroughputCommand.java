package io.clipure.stream.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.Judge;
import io.clipure.stream.purify.Purifier;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench throughput}: the pipeline through a broker against its own parts. */
@Command(
    name = "throughput",
    header = "The pipeline against its own parts.",
    description = {
      "Measures, in one run on one machine: decoding alone on all cores, the encoder "
          + "alone on images already decoded, the cost of purification and of the whole "
          + "judgement, and the pipeline through an embedded broker. The ideal is decoding "
          + "and encoding one after the other on all cores, with nothing else to do; it is "
          + "measured before and after the pipeline."
    })
final class BenchThroughputCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Folder of images (default: the bundled demo images).")
  private Path images;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "12000",
      description =
          "Events through the pipeline; the second half is measured (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Home home = Home.locate();
    try (EmbeddedBroker broker = EmbeddedCluster.start()) {
      AppConfig config =
          configuration.load(
              model.settings(),
              Map.of(
                  "kafka.bootstrap.servers",
                  broker.bootstrapServers(),
                  "schema.registry.url",
                  "mock://bench-" + UUID.randomUUID()));
      List<byte[]> encoded;
      int passes;
      try (Engines engines = Engines.open(config, home)) {
        passes = 1 + engines.views().plan().extraViews();
        encoded = BenchImages.encoded(images == null ? home.demoFolder() : images, engines, count);
      }
      // Before and after, because a shared machine's speed drifts while the pipeline runs.
      Parts before = parts(config, home, encoded);
      TopicSetup.create(broker, config, 4);
      PipelineBench.Result pipeline = PipelineBench.run(config, home, encoded, count);
      Parts after = parts(config, home, encoded);
      print(
          new Figures(
              (before.decode() + after.decode()) / 2,
              (before.encode() + after.encode()) / 2,
              after.judging()[0],
              after.judging()[1],
              pipeline,
              encoded.size(),
              passes));
    }
    return ExitCode.OK;
  }

  /** Rates of the parts alone, images a second, and the two judging times, nanoseconds. */
  private record Parts(double decode, double encode, double[] judging) {}

  private static Parts parts(AppConfig config, Home home, List<byte[]> encoded) throws Exception {
    try (Engines engines = Engines.open(config, home)) {
      List<ImageViews> pixels = new ArrayList<>();
      for (byte[] image : encoded) {
        pixels.add(engines.views(BenchImages.pixels(image, engines)));
      }
      // Each twice; the first pass warms the JIT compiler and the engine.
      decodeRate(engines, encoded);
      double decode = decodeRate(engines, encoded);
      try (ImageEncoder encoder = engines.openEncoder(engines.devices().get(0))) {
        encodeRate(encoder, pixels, config.batching().maxBatch());
        double encode = encodeRate(encoder, pixels, config.batching().maxBatch());
        return new Parts(
            decode, encode, judgeNanos(engines, encoder.encodeViews(pixels.subList(0, 1)).get(0)));
      }
    }
  }

  /** Images a second, decoded and resized by as many threads as there are cores. */
  private static double decodeRate(Engines engines, List<byte[]> images) throws Exception {
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      long start = System.nanoTime();
      List<Future<byte[]>> results = new ArrayList<>();
      int rounds = Math.max(1, 400 / images.size());
      for (int round = 0; round < rounds; round++) {
        for (byte[] image : images) {
          results.add(pool.submit(() -> BenchImages.pixels(image, engines)));
        }
      }
      for (Future<byte[]> result : results) {
        result.get();
      }
      return results.size() / seconds(start);
    } finally {
      pool.shutdown();
    }
  }

  /** Images a second, encoder alone, full batches, each image with its views. */
  private static double encodeRate(ImageEncoder encoder, List<ImageViews> pixels, int maxBatch) {
    int total = Math.max(pixels.size(), 20 * maxBatch);
    long start = System.nanoTime();
    int done = 0;
    while (done < total) {
      List<ImageViews> batch = new ArrayList<>(maxBatch);
      for (int i = 0; i < maxBatch; i++) {
        batch.add(pixels.get((done + i) % pixels.size()));
      }
      encoder.encodeViews(batch);
      done += maxBatch;
    }
    return done / seconds(start);
  }

  /** Nanoseconds an image: purification alone, and the whole judgement. */
  private static double[] judgeNanos(Engines engines, ImageEmbeddings embeddings) {
    Judge judge = engines.judge();
    Purifier purifier = engines.purifier();
    int prompts = judge.labelSet().labels().stream().mapToInt(l -> l.prompts().size()).sum();
    double sink = 0;
    double purification = 0;
    double judgement = 0;
    int repeats = 20_000;
    for (int pass = 0; pass < 2; pass++) {
      long start = System.nanoTime();
      for (int i = 0; i < repeats; i++) {
        var rotation = purifier.purify(0.3 + 1e-9 * i);
        for (int k = 0; k < prompts; k++) {
          sink += rotation.cosineTo(0.2, 0.1 + 1e-9 * k);
        }
      }
      purification = (double) (System.nanoTime() - start) / repeats;
      start = System.nanoTime();
      for (int i = 0; i < repeats; i++) {
        sink += judge.judge(embeddings).topScore();
      }
      judgement = (double) (System.nanoTime() - start) / repeats;
    }
    if (Double.isNaN(sink)) {
      throw new IllegalStateException("a score is not a number");
    }
    return new double[] {purification, judgement};
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** All figures of one run. */
  private record Figures(
      double decode,
      double encode,
      double purifyNanos,
      double judgeNanos,
      PipelineBench.Result pipeline,
      int files,
      int passes) {
    double ideal() {
      return 1 / (1 / decode + 1 / encode);
    }

    double purifyShare() {
      return purifyNanos * 1e-9 * encode;
    }
  }

  private void print(Figures f) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      node.put("cores", Runtime.getRuntime().availableProcessors());
      node.put("files", f.files());
      node.put("events", count);
      node.put("encoderPassesPerImage", f.passes());
      node.put("decodeImagesPerSecond", f.decode());
      node.put("encodeImagesPerSecond", f.encode());
      node.put("idealImagesPerSecond", f.ideal());
      node.put("pipelineImagesPerSecond", f.pipeline().imagesPerSecond());
      node.put("pipelineOverEncoder", f.pipeline().imagesPerSecond() / f.encode());
      node.put("pipelineOverIdeal", f.pipeline().imagesPerSecond() / f.ideal());
      node.put("batchFill", f.pipeline().fill());
      node.put("purificationNanosPerImage", f.purifyNanos());
      node.put("purificationOverEncoder", f.purifyShare());
      node.put("judgementNanosPerImage", f.judgeNanos());
      out.println(node);
      return;
    }
    Locale root = Locale.ROOT;
    out.printf(root, "%-34s %10.0f images/s%n", "decode and resize, all cores", f.decode());
    out.printf(
        root,
        "%-34s %10.0f images/s, %d passes an image%n",
        "encoder alone",
        f.encode(),
        f.passes());
    out.printf(root, "%-34s %10.0f images/s%n", "ideal: decode + encode", f.ideal());
    out.printf(
        root,
        "%-34s %10.0f images/s%n",
        "pipeline through the broker",
        f.pipeline().imagesPerSecond());
    out.printf(
        root,
        "%-34s %10.2f%n",
        "pipeline / encoder alone",
        f.pipeline().imagesPerSecond() / f.encode());
    out.printf(
        root, "%-34s %10.2f%n", "pipeline / ideal", f.pipeline().imagesPerSecond() / f.ideal());
    out.printf(root, "%-34s %10.1f %%%n", "batch fill", 100 * f.pipeline().fill());
    out.printf(
        root,
        "%-34s %10.2f µs an image = %.3f %% of the encoder's time%n",
        "purification",
        f.purifyNanos() / 1e3,
        100 * f.purifyShare());
    out.printf(
        root,
        "%-34s %10.2f µs an image = %.3f %% of the encoder's time%n",
        "whole judgement",
        f.judgeNanos() / 1e3,
        100 * f.judgeNanos() * 1e-9 * f.encode());
  }
}
