package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.store.ContentStore;
import io.clipure.stream.audit.verify.Obstacle;
import io.clipure.stream.audit.verify.Rederivation;
import io.clipure.stream.audit.verify.Tally;
import io.clipure.stream.audit.verify.Tolerance;
import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verify}: derives verdicts again and compares. */
@Command(
    name = "verify",
    header = "Derives verdicts again from their images, and says whether they come out the same.",
    description = {
      "Takes verdicts, finds the bundle, label set and calibration they name by digest, the image by"
          + " the event's coordinates and SHA-256, judges it as the service did, and compares every"
          + " field. Bundles and label sets are looked for in the configuration, beside the program,"
          + " in every --store and, label sets, in the label-sets topic. Joins no consumer group and"
          + " writes nothing. The exit code is 0 only if every verdict was reproduced from its image,"
          + " else 1.%n",
      "Examples:",
      "  clipure-stream verify --config app.properties --event upload-4711",
      "  clipure-stream verify --config app.properties --sample 1000 --from 30d --store /srv/models",
      "  clipure-stream verify --config app.properties --at 0:42 --image photo.jpg --json%n"
    })
public final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private VerdictSelection selection;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "Content-addressed store, see store add. Repeatable.")
  private List<Path> stores = new ArrayList<>();

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "The image, where the event is gone; for one verdict.")
  private Path image;

  @Option(
      names = "--scores-only",
      description =
          "Leave images alone: judge the embeddings that verdicts carry. Weaker (that they are the"
              + " image's own is believed) and much faster.")
  private boolean scoresOnly;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      description = "Largest difference of a number derived from an image (default: 0.0001).")
  private Double tolerance;

  @Option(names = "--quiet", description = "Leave out verdicts that were reproduced.")
  private boolean quiet;

  @Option(names = "--json", description = "An object a line, the last one the summary.")
  private boolean asJson;

  private final Tally tally = new Tally();
  private final RederivationJson json = new RederivationJson();

  @Override
  public Integer call() throws IOException {
    Tolerance engine = checked();
    AppConfig config = configuration.load();
    if (selection.needsCluster() || (image == null && !scoresOnly)) {
      config.requireCluster();
    }
    List<String> warnings;
    try (RederivationSetups setups =
            new RederivationSetups(
                config, Home.locate(), stores.stream().map(ContentStore::new).toList());
        LiveLine live =
            new LiveLine(spec.commandLine().getErr(), spec.commandLine().getColorScheme().ansi())) {
      if (scoresOnly) {
        warnings = run(config, live, new Rederiver(setups, VerifyCommand::notAsked, engine));
      } else if (image != null) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(image));
        warnings = run(config, live, new Rederiver(setups, given(bytes), engine));
      } else {
        try (OriginImages images = new OriginImages(config)) {
          warnings = run(config, live, new Rederiver(setups, images::of, engine));
        }
      }
    }
    report(warnings);
    return tally.allReproduced(scoresOnly) ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private Tolerance checked() {
    selection.check();
    if (image != null && scoresOnly) {
      throw new RefusedException("--image and --scores-only contradict each other; leave one out");
    }
    if (image != null && !selection.isOne()) {
      throw new RefusedException(
          "--image is the image of one verdict; name one with --event, --at or --record");
    }
    if (image != null && !Files.isRegularFile(image)) {
      throw new RefusedException(image + ": no such file; name the image of the verdict");
    }
    for (Path store : stores) {
      if (!Files.isDirectory(store)) {
        throw new RefusedException(store + ": no such folder; store add makes one");
      }
    }
    try {
      return tolerance == null ? Tolerance.ENGINE : new Tolerance(tolerance);
    } catch (IllegalArgumentException e) {
      throw new RefusedException("--tolerance: " + e.getMessage(), e);
    }
  }

  private static OriginImages.Found notAsked(LabelledImage verdict) {
    return new OriginImages.Missing(Obstacle.NOT_ASKED, "--scores-only");
  }

  private static Function<LabelledImage, OriginImages.Found> given(ByteBuffer bytes) {
    return verdict -> OriginImages.checked(bytes.duplicate(), verdict.getImage().getSha256());
  }

  private List<String> run(AppConfig config, LiveLine live, Rederiver rederiver) {
    List<String> warnings =
        selection.each(
            config,
            live,
            new VerdictLookup.Sink() {
              @Override
              public void verdict(String place, LabelledImage verdict) {
                rederiver.add(
                    verdict,
                    outcome -> {
                      tally.add(outcome);
                      live.clear();
                      print(place, verdict, outcome);
                      live.show(tally.all(), selection.expected(), "verdicts derived again");
                    });
              }

              @Override
              public void missing(String name, String detail) {
                rederiver.finish();
                tally.add(
                    new Rederivation.CannotVerify(Obstacle.VERDICT_UNKNOWN, detail, List.of()));
                live.clear();
                out()
                    .println(
                        asJson
                            ? json.missing(name, detail)
                            : RederivationText.missing(name, detail));
              }
            });
    rederiver.finish();
    return warnings;
  }

  private void print(String place, LabelledImage verdict, Rederivation outcome) {
    boolean good =
        outcome instanceof Rederivation.Reproduced
            || scoresOnly && outcome instanceof Rederivation.ScoresReproduced;
    if (quiet && good) {
      return;
    }
    if (asJson) {
      out().println(json.verdict(place, verdict, outcome));
    } else {
      RederivationText.block(place, verdict, outcome).forEach(out()::println);
    }
  }

  private void report(List<String> warnings) {
    warnings.forEach(
        warning -> spec.commandLine().getErr().println("clipure-stream: " + SafeText.of(warning)));
    if (asJson) {
      out().println(json.summary(tally, scoresOnly));
    } else {
      RederivationText.summary(tally, scoresOnly).forEach(out()::println);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
