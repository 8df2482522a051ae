package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.ReviewSampling;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.audit.review.ReviewDraw;
import io.clipure.stream.audit.review.ReviewLines;
import io.clipure.stream.audit.review.Stratum;
import io.clipure.stream.audit.sampling.KeyedHash;
import io.clipure.stream.config.AppConfig;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code review export}: verdicts for people to look at. */
@Command(
    name = "export",
    header = "Writes verdicts for people to look at, a JSON object a line.",
    description = {
      "Exports every flagged verdict and a random share of the rest, chosen by HMAC-SHA256(key, id):"
          + " the same key gives the same ids, and every id has the same chance. Each line holds what"
          + " a reviewer needs, how likely it was to be exported, and an empty \"review\" to fill in:"
          + " decision (ALLOW, REVIEW, BLOCK) or labels (ids that are truly there) or both, reviewer,"
          + " note. Give the file to review import afterwards. An event that was labelled twice is"
          + " exported once.%n",
      "Example:",
      "  clipure-stream review export --config app.properties --from 7d --share 1%% --images review/"
          + " --out review.jsonl%n"
    })
public final class ReviewExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private LabelledRange range;

  @Option(
      names = "--share",
      paramLabel = "SHARE",
      defaultValue = "1%",
      converter = Chance.class,
      description = "Chance of a verdict without a flag, e.g. 0.5%% (default: ${DEFAULT-VALUE}).")
  private double share;

  @Option(
      names = "--key",
      paramLabel = "TEXT",
      defaultValue = KeyedHash.PUBLIC_KEY,
      description =
          "Key of the choice. Whoever knows it can foresee which ids are reviewed, so keep yours"
              + " (default, public: ${DEFAULT-VALUE}).")
  private String key;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "review.jsonl",
      description = "Where the lines go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Also write the images, each under its SHA-256; lines name the files.")
  private Path images;

  @Option(
      names = "--unreviewed",
      description = "Leave out what the reviews topic has a decision on.")
  private boolean unreviewed;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "100000",
      description =
          "Most lines; more is refused, for a cut sample would be no fair one (default:"
              + " ${DEFAULT-VALUE}).")
  private int max;

  @Option(names = "--force", description = "Overwrite a file that exists.")
  private boolean force;

  /** A chance from 0 to 1, also written as a percentage. */
  static final class Chance implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      boolean percent = text.endsWith("%");
      try {
        double number = Double.parseDouble(percent ? text.substring(0, text.length() - 1) : text);
        double chance = percent ? number / 100 : number;
        if (chance >= 0 && chance <= 1) {
          return chance;
        }
      } catch (NumberFormatException e) {
        // Answered below: the same advice helps.
      }
      throw new TypeConversionException(
          "'" + text + "' is no share; expected 0% to 100%, e.g. 1% or 0.01");
    }
  }

  private final Map<Stratum, Integer> exported = new EnumMap<>(Stratum.class);
  private final Set<String> ids = new HashSet<>();
  private int reviewedAlready;
  private int twice;
  private int imagesMissing;

  @Override
  public Integer call() throws IOException {
    if (max < 1) {
      throw new RefusedException("--max is " + max + ", expected at least 1");
    }
    if (key.isEmpty()) {
      throw new RefusedException("--key is empty, expected a text");
    }
    if (Files.exists(out) && !force) {
      throw new RefusedException(out + " exists; name another file, or overwrite it with --force");
    }
    AppConfig config = configuration.load().requireCluster();
    TopicRange stretch = range.plan(config);
    Set<String> known = unreviewed ? new ReviewsTopic(config).read().keySet() : Set.of();
    Path partial = out.resolveSibling(out.getFileName() + ".partial");
    LabelledRange.Account account;
    try (LiveLine live =
            new LiveLine(spec.commandLine().getErr(), spec.commandLine().getColorScheme().ansi());
        ReviewImages files = images == null ? null : new ReviewImages(config, images);
        BufferedWriter lines = Files.newBufferedWriter(partial)) {
      ReviewDraw draw = new ReviewDraw(new KeyedHash(key), share);
      account =
          LabelledRange.read(
              config,
              stretch,
              live,
              "offsets read for review",
              (at, verdict) ->
                  draw.of(verdict)
                      .filter(sampling -> isNew(verdict.getId(), known))
                      .ifPresent(sampling -> export(verdict, sampling, files, lines)));
    } catch (RuntimeException | IOException e) {
      Files.deleteIfExists(partial);
      throw e;
    }
    Files.move(partial, out, StandardCopyOption.REPLACE_EXISTING);
    report(stretch, account);
    return ExitCode.OK;
  }

  private boolean isNew(String id, Set<String> known) {
    if (known.contains(id)) {
      reviewedAlready++;
      return false;
    }
    if (!ids.add(id)) {
      twice++;
      return false;
    }
    if (ids.size() > max) {
      throw new RefusedException(
          "more than %d verdicts would be exported; choose a smaller --share, a later --from, or a"
                  .formatted(max)
              + " larger --max");
    }
    return true;
  }

  private void export(
      LabelledImage verdict, ReviewSampling sampling, ReviewImages files, BufferedWriter lines) {
    ReviewLines.ImagePlace place =
        files == null ? new ReviewLines.NotExported() : files.write(verdict);
    imagesMissing += place instanceof ReviewLines.NotFound ? 1 : 0;
    exported.merge(Stratum.of(verdict), 1, Integer::sum);
    try {
      lines.write(ReviewLines.of(verdict, sampling, place));
      lines.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(out + " cannot be written", e);
    }
  }

  private void report(TopicRange stretch, LabelledRange.Account account) {
    account
        .warnings()
        .forEach(
            warning ->
                spec.commandLine().getErr().println("clipure-stream: " + SafeText.of(warning)));
    spec.commandLine()
        .getOut()
        .printf(
            "%d of %d verdicts of %s: %d flagged, %d of the rest at random; %s%s%s%s%n",
            ids.size(),
            account.verdicts(),
            stretch.topic(),
            exported.getOrDefault(Stratum.FLAGGED, 0),
            exported.getOrDefault(Stratum.RANDOM, 0),
            out,
            Optional.of(twice).filter(n -> n > 0).map(n -> "; " + n + " repetitions").orElse(""),
            reviewedAlready > 0 ? "; " + reviewedAlready + " reviewed already" : "",
            imagesMissing > 0 ? "; " + imagesMissing + " images are gone" : "");
  }
}
