package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.explain.Explanation;
import io.clipure.stream.audit.explain.Origins;
import io.clipure.stream.audit.store.ContentStore;
import io.clipure.stream.audit.verify.Obstacle;
import io.clipure.stream.audit.verify.Rederivation;
import io.clipure.stream.audit.verify.StoredEmbedding;
import io.clipure.stream.audit.verify.Tolerance;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.Verdict;
import io.clipure.stream.policy.ViewDecision;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code explain}: one verdict, or one dead letter, for a person. */
@Command(
    name = "explain",
    header = "Tells one verdict to a person: why, by how much, and whether it comes out again.",
    description = {
      "Says what was seen, which threshold or rule decided and by how much, every label's prompts and"
          + " scores before and after purification, what the views and the suspicion signals said,"
          + " and what made the verdict; then derives it again, as verify does. Of several verdicts"
          + " on an event the newest; of an event without one, its dead letter and what to do."
          + " Joins no consumer group and writes nothing. The exit code is 1 if nothing was found,"
          + " or something else follows now.%n",
      "Examples:",
      "  clipure-stream explain --config app.properties --event upload-4711",
      "  clipure-stream explain --config app.properties --at images:0:42 --all",
      "  clipure-stream explain --record verdict.bin --image photo.jpg --json%n"
    })
public final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private ExplainTarget target;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "Content-addressed store, see store add. Repeatable.")
  private List<Path> stores = new ArrayList<>();

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "The image, where the event is gone.")
  private Path image;

  @Option(
      names = "--recorded-only",
      description = "Only what the record says: do not derive it again.")
  private boolean recordedOnly;

  @Option(names = "--all", description = "Every label, also those with next to no score.")
  private boolean everyLabel;

  @Option(names = "--json", description = "One object.")
  private boolean asJson;

  @Override
  public Integer call() throws IOException {
    check();
    AppConfig config = configuration.load();
    if (target.needsCluster() || (image == null && !recordedOnly)) {
      config.requireCluster();
    }
    ExplainTarget.Found found;
    try (LiveLine live =
        new LiveLine(spec.commandLine().getErr(), spec.commandLine().getColorScheme().ansi())) {
      found = target.find(config, live);
    }
    if (found instanceof ExplainTarget.Found.Nothing nothing) {
      spec.commandLine()
          .getErr()
          .println(
              "clipure-stream: "
                  + SafeText.cut(SafeText.of(nothing.name()), 100)
                  + ": "
                  + SafeText.of(nothing.detail()));
      return ExitCode.FINDINGS;
    }
    if (found instanceof ExplainTarget.Found.Letter letter) {
      letter(config, letter);
      return ExitCode.OK;
    }
    return verdict(config, (ExplainTarget.Found.Verdict) found);
  }

  private void check() {
    target.check();
    if (image != null && recordedOnly) {
      throw new RefusedException("--image and --recorded-only contradict each other");
    }
    if (image != null && !Files.isRegularFile(image)) {
      throw new RefusedException(image + ": no such file; name the image of the verdict");
    }
    for (Path store : stores) {
      if (!Files.isDirectory(store)) {
        throw new RefusedException(store + ": no such folder; store add makes one");
      }
    }
  }

  private void letter(AppConfig config, ExplainTarget.Found.Letter found) throws IOException {
    Home home = Home.locate();
    Optional<String> now = Optional.empty();
    if (image != null) {
      now =
          Optional.of(
              DeadLetterWords.loading(config, home, ByteBuffer.wrap(Files.readAllBytes(image))));
    } else if (!recordedOnly) {
      now = DeadLetterWords.now(config, home, found.letter());
    }
    if (asJson) {
      out().println(ExplanationJson.letter(found.topic(), found.letter(), found.remarks(), now));
    } else {
      new DeadLetterWords(found.topic(), found.letter())
          .lines(found.remarks(), now)
          .forEach(out()::println);
    }
  }

  private int verdict(AppConfig config, ExplainTarget.Found.Verdict found) throws IOException {
    LabelledImage verdict = found.verdict();
    Optional<Instant> uploadedAt = Optional.empty();
    Optional<Rederivation> outcome = Optional.empty();
    Explanation told;
    try (RederivationSetups setups =
        new RederivationSetups(
            config, Home.locate(), stores.stream().map(ContentStore::new).toList())) {
      told = Explanation.of(verdict, origins(config, setups, verdict));
      if (image != null) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(image));
        outcome =
            Optional.of(
                derive(
                    setups,
                    verdict,
                    one -> OriginImages.checked(bytes, one.getImage().getSha256())));
      } else if (!recordedOnly) {
        try (OriginImages images = new OriginImages(config)) {
          uploadedAt = images.event(verdict).map(ImageEvent::getUploadedAt);
          outcome = Optional.of(derive(setups, verdict, images::of));
        }
      }
    }
    if (asJson) {
      out()
          .println(
              ExplanationJson.verdict(found.place(), found.remarks(), told, uploadedAt, outcome));
    } else {
      new ExplanationText(told, everyLabel)
          .lines(found.place(), found.remarks(), uploadedAt, outcome)
          .forEach(out()::println);
    }
    return outcome.filter(Rederivation.Differs.class::isInstance).isPresent()
        ? ExitCode.FINDINGS
        : ExitCode.OK;
  }

  private static Rederivation derive(
      RederivationSetups setups,
      LabelledImage verdict,
      Function<LabelledImage, OriginImages.Found> images) {
    return new Rederiver(setups, images, Tolerance.ENGINE).now(verdict);
  }

  /** What is found again; the label set also where bundle or calibration are missing. */
  private static Origins origins(
      AppConfig config, RederivationSetups setups, LabelledImage verdict) {
    ViewDecision views = Settings.judge(config).viewDecision();
    RederivationSetup setup = setups.of(verdict);
    if (setup instanceof RederivationSetup.Ready ready) {
      return new Origins(
          Optional.of(ready.judge().labelSet()),
          Optional.of(
              new Origins.Confidence(
                  ready.judge().lowConfidenceScore(), ready.judge().lowConfidenceMargin())),
          Optional.ofNullable(ready.judge().scoreModel().suspicion()),
          views,
          viewScores(verdict, ready));
    }
    boolean known = ((RederivationSetup.Missing) setup).why() == Obstacle.LABEL_SET_UNKNOWN;
    return new Origins(
        known ? Optional.empty() : setups.labelSet(verdict),
        Optional.empty(),
        Optional.empty(),
        views,
        List.of());
  }

  /** Each view judged alone, from the embeddings that the record carries. */
  private static List<double[]> viewScores(LabelledImage verdict, RederivationSetup.Ready ready) {
    if (ready.diff().isPresent() || verdict.getViews().isEmpty()) {
      return List.of();
    }
    int dimension = ready.model().bundle().info().dimension();
    return StoredEmbedding.of(verdict, verdict.getViews().size())
        .filter(embeddings -> StoredEmbedding.judgeable(embeddings, dimension))
        .map(
            embeddings ->
                Arrays.stream(embeddings.views())
                    .skip(1)
                    .map(view -> new ImageEmbeddings(new float[][] {view}, null))
                    .map(view -> ready.judge().judge(view))
                    .map(
                        judged ->
                            judged.scores().stream()
                                .mapToDouble(Verdict.LabelScore::score)
                                .toArray())
                    .toList())
        .orElse(List.of());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
