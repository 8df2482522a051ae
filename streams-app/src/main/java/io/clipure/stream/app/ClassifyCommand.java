package io.clipure.stream.app;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.image.LoadedImage;
import io.clipure.stream.policy.Judge;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code classify}: the service's verdict on image files, without Kafka. */
@Command(
    name = "classify",
    header = "Judges image files without Kafka.",
    description = {
      "Judges image files with the same code as the service, without Kafka, and prints "
          + "one JSON object a line, in the order given. An image that cannot be judged gets "
          + "a line with its reason code, and the exit code is 1.%n",
      "Examples:",
      "  clipure-stream classify photo.jpg",
      "  clipure-stream classify --labels my-labels.yaml --embedding uploads/%n"
    })
final class ClassifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "1..*",
      description = "Image files, or folders of them.")
  private List<Path> images;

  @Option(
      names = "--embedding",
      description = "Add the image embedding: unpurified, not normalised.")
  private boolean embedding;

  @Override
  public Integer call() throws IOException {
    AppConfig config = configuration.load(model.settings(), Map.of());
    List<Path> files = ImageFiles.list(images);
    PrintWriter out = spec.commandLine().getOut();
    boolean rejected = false;
    try (Engines engines = Engines.open(config, Home.locate());
        ImageEncoder encoder = engines.openEncoder(engines.devices().get(0))) {
      Judge judge = engines.judge();
      int batch = config.batching().maxBatch();
      for (int from = 0; from < files.size(); from += batch) {
        List<Path> part = files.subList(from, Math.min(files.size(), from + batch));
        rejected |= classify(part, engines, encoder, judge, out);
      }
    }
    return rejected ? ExitCode.FINDINGS : ExitCode.OK;
  }

  /** Judges one batch; returns whether an image was rejected. */
  private boolean classify(
      List<Path> files, Engines engines, ImageEncoder encoder, Judge judge, PrintWriter out)
      throws IOException {
    List<LoadedImage> loaded = new ArrayList<>();
    List<ImageViews> pixels = new ArrayList<>();
    for (Path file : files) {
      LoadedImage image = engines.loader().load(ByteBuffer.wrap(Files.readAllBytes(file)));
      loaded.add(image);
      if (image instanceof LoadedImage.Prepared prepared) {
        pixels.add(engines.views(prepared.pixels()));
      }
    }
    List<ImageEmbeddings> embeddings =
        pixels.isEmpty() ? List.of() : encoder.encodeViews(pixels);
    VerdictJson json = new VerdictJson(engines.info(), engines.views());
    boolean rejected = false;
    int next = 0;
    for (int i = 0; i < files.size(); i++) {
      String name = files.get(i).toString();
      if (loaded.get(i) instanceof LoadedImage.Prepared prepared) {
        ImageEmbeddings seen = embeddings.get(next);
        byte[] digest = pixels.get(next++).digest();
        out.println(
            json.verdict(
                name,
                prepared.facts(),
                digest,
                judge.judge(seen),
                embedding ? seen.image() : null));
      } else if (loaded.get(i) instanceof LoadedImage.Rejected reason) {
        rejected = true;
        out.println(json.rejected(name, reason));
      }
    }
    return rejected;
  }
}
