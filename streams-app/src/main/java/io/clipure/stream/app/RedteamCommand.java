package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.Label;
import io.clipure.stream.redteam.data.DataException;
import io.clipure.stream.redteam.data.ImageSet;
import io.clipure.stream.redteam.scorecard.Check;
import io.clipure.stream.redteam.scorecard.Checklist;
import io.clipure.stream.redteam.scorecard.ClipLab;
import io.clipure.stream.redteam.scorecard.Deployment;
import io.clipure.stream.redteam.scorecard.Journal;
import io.clipure.stream.redteam.scorecard.JournalException;
import io.clipure.stream.redteam.scorecard.Plan;
import io.clipure.stream.redteam.scorecard.Planner;
import io.clipure.stream.redteam.scorecard.Results;
import io.clipure.stream.redteam.scorecard.Run;
import io.clipure.stream.redteam.scorecard.Scorecard;
import io.clipure.stream.redteam.scorecard.ScorecardHtml;
import io.clipure.stream.redteam.scorecard.ScorecardJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code redteam}: how hard this deployment is to fool, measured. */
@Command(
    name = "redteam",
    header = "Measures how hard this deployment is to fool.",
    description = {
      "Attacks labelled images with everything an attacker could know, judges the results with the"
          + " encoder alone, with CLIPure-Cos as published and with the configuration as it is, and"
          + " writes a scorecard: scorecard.json and the page scorecard.html. Attacks aim at the"
          + " moderation decision: a harmful image wins that is decided milder than its label asks"
          + " and not flagged as suspected adversarial.%n",
      "A run that was cut goes on where it stopped when the command is repeated.%n",
      "Images are a folder with one subfolder a label (id, name or prompt), a folder with"
          + " images.json as render_demo.py writes it, or CIFAR-10's binary files.%n",
      "Examples:",
      "  clipure-stream redteam --quick",
      "  clipure-stream redteam --images held-out/ --out scorecard/",
      "  clipure-stream redteam --images held-out/ --compare plain-bundle/ --modes"
          + " adaptive --epsilons 2,4 --steps 200 --restarts 2%n"
    })
final class RedteamCommand implements Callable<Integer> {
  /** Attacked together; what a kill loses at the most. */
  private static final int CHUNK = 32;

  /** Images or views given to an encoder at once. */
  private static final int BATCH = 64;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private ModelOptions model;
  @Mixin private RedteamOptions options;

  @Option(
      names = "--images",
      paramLabel = "PATH",
      description = "Labelled images (default: the bundled demo images).")
  private Path images;

  @Option(
      names = "--compare",
      paramLabel = "BUNDLE",
      description = "A second model bundle to show beside: its encoder alone.")
  private Path compare;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "redteam",
      description = "Folder of the scorecard and the run's journal (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--resume",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Go on with an unfinished run of the same plan in --out (default). With --no-resume the"
              + " run there is thrown away and begun again.")
  private boolean resume;

  @Override
  public Integer call() throws IOException {
    options.check(compare != null);
    AppConfig config = configuration.load(model.settings(), Map.of());
    Home home = Home.locate();
    try (Engines engines = Engines.open(config, home);
        Engines second = compare == null ? null : Engines.open(second(), home)) {
      measure(config, home, engines, second);
      return ExitCode.OK;
    } catch (DataException | JournalException e) {
      throw new RefusedException(e.getMessage(), e);
    }
  }

  /** The same configuration with the other bundle, of which the encoder alone is shown. */
  private AppConfig second() {
    Map<String, String> settings = new LinkedHashMap<>(model.settings());
    settings.put("model.bundle", compare.toString());
    return configuration.load(settings, Map.of()).encoderAlone();
  }

  private void measure(AppConfig config, Home home, Engines engines, Engines second)
      throws IOException {
    if (second != null && second.info().imageSize() != engines.info().imageSize()) {
      throw new RefusedException(
          "--compare %s has images of %d pixels, the bundle of %d; expected the same size"
              .formatted(compare, second.info().imageSize(), engines.info().imageSize()));
    }
    PrintWriter err = spec.commandLine().getErr();
    ImageSet set = ImageSet.open(images == null ? home.demoFolder() : images, engines.labelSet());
    RedteamSamples samples = RedteamSamples.draw(set, options, engines);
    samples.notes().forEach(note -> err.println("note: " + SafeText.of(note)));
    try (RedteamBench bench = RedteamBench.open(engines, second, options.draws());
        LiveLine live = new LiveLine(err, spec.commandLine().getColorScheme().ansi())) {
      Plan plan = plan(config, engines, second, set, samples, bench);
      Files.createDirectories(out);
      Path file = out.resolve("journal.jsonl");
      if (!resume) {
        Files.deleteIfExists(file);
      }
      String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
      try (Journal journal = Journal.open(file, plan, started)) {
        if (!journal.done().isEmpty()) {
          err.println("going on with the run of " + journal.started() + " in " + out);
        }
        ClipLab lab = new ClipLab(bench.deployments(), options.seed(), BATCH);
        new Run(plan, samples.images(), id -> labelIndex(engines, id), lab, System::nanoTime)
            .finish(
                journal,
                new RedteamProgress(plan, live, spec.commandLine().getOut(), System::nanoTime));
        report(plan, samples, journal);
      }
    }
  }

  private Plan plan(
      AppConfig config,
      Engines engines,
      Engines second,
      ImageSet set,
      RedteamSamples samples,
      RedteamBench bench) {
    Map<String, String> provenance = new TreeMap<>();
    provenance.put("bundle", engines.info().name());
    provenance.put("bundle digest", engines.info().digest());
    provenance.put("label set", engines.labelSet().name());
    provenance.put("label-set digest", engines.labelSet().digest());
    provenance.put(
        "calibration",
        engines.info().calibration() == null ? "none" : engines.info().calibration().id());
    provenance.put("view plan", engines.views().plan().id());
    provenance.put("key id of the configuration", engines.views().keyId());
    provenance.put("configuration", config.describe());
    provenance.put("application version", Version.application());
    provenance.put("engine", engines.engine() + ", " + engines.precision());
    provenance.put("device", engines.devices().get(0));
    provenance.put("machine threads", Integer.toString(Runtime.getRuntime().availableProcessors()));
    provenance.put("images", set.kind() + ", " + set.images().size() + " files");
    if (second != null) {
      provenance.put("compared bundle", second.info().name());
      provenance.put("compared bundle digest", second.info().digest());
    }
    return new Plan(
        options.seed(),
        CHUNK,
        provenance,
        samples.digests(),
        bench.deployments().stream().map(Deployment::column).toList(),
        Planner.tasks(
            options.wishes(
                samples.clean().images().size(),
                samples.harmful().images().size(),
                second != null)));
  }

  private static int labelIndex(Engines engines, String id) {
    List<Label> labels = engines.labelSet().labels();
    for (int k = 0; k < labels.size(); k++) {
      if (labels.get(k).id().equals(id)) {
        return k;
      }
    }
    throw new IllegalStateException("label " + id + " is not in the label set");
  }

  private void report(Plan plan, RedteamSamples samples, Journal journal) throws IOException {
    Results results = Results.of(journal.done());
    List<Check> checks = Checklist.answer(plan, results);
    Scorecard card =
        Scorecard.of(command(), journal.started(), plan, samples.notes(), results, checks);
    write(out.resolve("scorecard.json"), ScorecardJson.write(card));
    write(out.resolve("scorecard.html"), ScorecardHtml.write(card));
    new RedteamSummary(spec.commandLine().getOut()).print(card, out);
  }

  /** The command line as it was given, without what may be secret. */
  private String command() {
    StringBuilder command = new StringBuilder("clipure-stream redteam");
    List<String> given = spec.commandLine().getParseResult().originalArgs();
    for (int i = 0; i < given.size(); i++) {
      String word = given.get(i);
      boolean value = i > 0 && (given.get(i - 1).equals("--set") || given.get(i - 1).equals("-s"));
      if (i == 0 && word.equals("redteam")) {
        continue;
      }
      command.append(' ').append(value ? withoutSecret(word) : word);
    }
    return command.toString();
  }

  private static String withoutSecret(String setting) {
    return setting.matches("(?i).*(key|secret|password|token).*=.*")
        ? setting.substring(0, setting.indexOf('=') + 1) + "…"
        : setting;
  }

  /** A reader never sees half a file. */
  private static void write(Path file, byte[] content) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, content);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
