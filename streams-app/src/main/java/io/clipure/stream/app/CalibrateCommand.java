package io.clipure.stream.app;

import io.clipure.schemas.ReviewDecision;
import io.clipure.stream.audit.review.EqualChance;
import io.clipure.stream.audit.review.Stratum;
import io.clipure.stream.clip.CalibrationFiles;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code calibrate}: thresholds from one's own ordinary images. */
@Command(
    name = "calibrate",
    header = "Measures thresholds on your own ordinary images.",
    description = {
      "Judges ordinary images, of which no labels are needed, and chooses thresholds that flag no"
          + " more of such images than you allow, with exact confidence intervals. With true labels"
          + " it also fits a temperature and the labels' thresholds. Writes a calibration that the"
          + " key policy.calibration puts in force and verdicts carry.%n",
      "Examples:",
      "  clipure-stream calibrate --flag-budget 1%% --out mine.json uploads/",
      "  clipure-stream calibrate --topic images --max 5000 --out mine.json",
      "  clipure-stream calibrate --topic images --reviews --out mine.json",
      "  clipure-stream calibrate --truth photos/ --report mine.html --out mine.json photos/%n"
    })
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;
  @Mixin private CalibrationWishes wishes;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "0..*",
      description = "Ordinary images: files, or folders of them.")
  private List<Path> images = new ArrayList<>();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Instead: the newest image events of this topic.")
  private String topic;

  @Option(
      names = "--labelled-topic",
      paramLabel = "NAME",
      description =
          "Instead: the newest verdicts of this topic, without any image. Verdicts of another"
              + " model, label set or calibration are left out.")
  private String labelledTopic;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Most records read of a topic (default: ${DEFAULT-VALUE}).")
  private int max;

  @Option(
      names = "--truth",
      paramLabel = "PATH",
      description =
          "True labels: a JSON list of {\"file\", \"label\"}, or a folder with one folder of images"
              + " a label.")
  private Path truth;

  @Option(
      names = "--reviews",
      description =
          "True labels: those that people named in reviews (topics.reviews), by event id; for"
              + " --topic and --labelled-topic. Of the flagged ones only a share is used, that of the"
              + " rest: as in traffic.")
  private boolean reviews;

  @Option(
      names = "--attacked",
      paramLabel = "PATH",
      description = "Attacked images, files or folders, to fit the suspicion model to. Repeatable.")
  private List<Path> attacked = new ArrayList<>();

  @Option(
      names = "--id",
      paramLabel = "NAME",
      description = "Name of the calibration (default: the bundle's and the date).")
  private String id;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "calibration.json",
      description = "Where the calibration goes (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Also write a page with diagrams (HTML).")
  private Path report;

  @Option(names = "--force", description = "Overwrite files that exist.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    refuseWrongUsage();
    AppConfig config = configuration.load(model.settings(), Map.of());
    List<Path> files = List.of();
    if (images.isEmpty()) {
      config.requireCluster();
    } else {
      files = ImageFiles.list(images);
      Calibrator.refuseTooFew(files.size(), wishes);
    }
    CalibrationTruth labels = truth(config);
    Calibrated done = calibrate(config, files, labels);
    Files.writeString(out, CalibrationFiles.write(done.file()));
    PrintWriter console = spec.commandLine().getOut();
    CalibrationText.print(console, done);
    if (report != null) {
      Files.writeString(report, CalibrationReport.html(done));
    }
    console.printf(
        "%-14s  %s, id %s; put it in force with policy.calibration=%s%n",
        "written", out, done.file().stamp(), out);
    return ExitCode.OK;
  }

  private CalibrationTruth truth(AppConfig config) {
    if (!reviews) {
      return truth == null ? CalibrationTruth.none() : CalibrationTruth.read(truth);
    }
    List<ReviewDecision> labelled =
        new ReviewsTopic(config)
            .read().values().stream().filter(review -> !review.getLabels().isEmpty()).toList();
    if (!labelled.isEmpty()
        && labelled.stream()
            .noneMatch(r -> r.getSampling().getStratum().equals(Stratum.RANDOM.id()))) {
      throw new RefusedException(
          "all of %d reviews are of flagged images, which say nothing of the rest; also review a"
                  .formatted(labelled.size())
              + " random share (review export --share)");
    }
    List<ReviewDecision> fair = EqualChance.of(labelled);
    CalibrationTruth known = CalibrationTruth.reviews(fair);
    spec.commandLine()
        .getErr()
        .printf(
            "clipure-stream: %d of %d reviews are used: flagged images no more often than others%n",
            fair.size(), labelled.size());
    return known;
  }

  private Calibrated calibrate(AppConfig config, List<Path> files, CalibrationTruth labels)
      throws IOException {
    try (Engines engines = Engines.open(config, Home.locate());
        ImageEncoder encoder = engines.openEncoder(engines.devices().get(0));
        LiveLine live = live()) {
      CalibrationSample ordinary = ordinary(config, engines, encoder, live, files);
      Optional<CalibrationSample.Encoded> examples =
          attacked.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  encoded(config, engines, encoder, live, ImageFiles.list(attacked), attacked));
      return new Calibrator(engines.bench(), wishes, Clock.systemUTC())
          .calibrate(Optional.ofNullable(id), ordinary, examples, labels);
    }
  }

  private LiveLine live() {
    return new LiveLine(spec.commandLine().getErr(), spec.commandLine().getColorScheme().ansi());
  }

  private CalibrationSample ordinary(
      AppConfig config, Engines engines, ImageEncoder encoder, LiveLine live, List<Path> files)
      throws IOException {
    if (topic != null) {
      return CalibrationImages.topic(config, engines, encoder, live, topic, max);
    }
    if (labelledTopic != null) {
      return CalibrationRecords.topic(config, engines.bench(), live, labelledTopic, max);
    }
    return encoded(config, engines, encoder, live, files, images);
  }

  private static CalibrationSample.Encoded encoded(
      AppConfig config,
      Engines engines,
      ImageEncoder encoder,
      LiveLine live,
      List<Path> files,
      List<Path> named)
      throws IOException {
    String source = named.size() == 1 ? named.get(0).toString() : named.size() + " paths";
    return CalibrationImages.files(config, engines, encoder, live, files, source);
  }

  private void refuseWrongUsage() {
    int sources =
        (images.isEmpty() ? 0 : 1) + (topic == null ? 0 : 1) + (labelledTopic == null ? 0 : 1);
    if (sources != 1) {
      throw new RefusedException(
          "%d kinds of images are named; expected one of: files or folders, --topic,"
                  .formatted(sources)
              + " --labelled-topic");
    }
    if (reviews && (truth != null || !images.isEmpty())) {
      throw new RefusedException(
          "--reviews knows events by id: give --topic or --labelled-topic, and no --truth");
    }
    if (max < 1) {
      throw new RefusedException("--max is " + max + ", expected at least 1");
    }
    for (Path file : report == null ? List.of(out) : List.of(out, report)) {
      if (Files.exists(file) && !force) {
        throw new RefusedException(
            file + " exists; name another file, or overwrite it with --force");
      }
    }
  }
}
