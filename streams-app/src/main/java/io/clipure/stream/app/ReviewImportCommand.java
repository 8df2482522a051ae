package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.ReviewDecision;
import io.clipure.schemas.ReviewedVerdict;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.audit.review.ReviewLines;
import io.clipure.stream.audit.review.ReviewedLine;
import io.clipure.stream.config.AppConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

/** {@code review import}: what people decided, into the reviews topic. */
@Command(
    name = "import",
    header = "Writes what people decided to the reviews topic.",
    description = {
      "Reads lines that review export wrote and people filled in, checks every one, looks up the"
          + " verdicts they are about, and writes all decisions in one transaction to the compacted"
          + " topic topics.reviews (made if missing): all of the file, or nothing. Lines that nobody"
          + " filled in are passed over. A later decision on an event replaces an earlier one.%n",
      "Example:",
      "  clipure-stream review import --config app.properties --reviewer anna review.jsonl%n"
    })
public final class ReviewImportCommand implements Callable<Integer> {
  /** Lines are held until all are checked. */
  private static final int MOST_LINES = 1_000_000;

  private static final int MOST_CHARACTERS = 1 << 20;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private LabelledRange range;

  @Parameters(paramLabel = "FILE", description = "The filled-in lines (JSONL, UTF-8).")
  private Path file;

  @Option(
      names = "--reviewer",
      paramLabel = "NAME",
      description = "Who decided, where a line does not say.")
  private String reviewer;

  @Option(
      names = "--allow-unknown",
      description =
          "Take reviews of events without a verdict from --from to --to, and labels that the"
              + " verdict's label set does not have.")
  private boolean allowUnknown;

  private record Numbered(long line, ReviewedLine.Reviewed review) {}

  private final List<String> problems = new ArrayList<>();
  private final Map<String, Numbered> reviews = new LinkedHashMap<>();
  private int untouched;

  @Override
  public Integer call() throws IOException {
    AppConfig config = configuration.load().requireCluster();
    read();
    refuseProblems();
    if (reviews.isEmpty()) {
      throw new RefusedException(
          "%s: nobody filled in any of %d lines; expected a decision or labels in \"review\""
              .formatted(file, untouched));
    }
    Map<String, ReviewedVerdict> verdicts = verdicts(config);
    Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
    List<ReviewDecision> decisions = new ArrayList<>();
    reviews.values().forEach(review -> decision(review, verdicts, now).ifPresent(decisions::add));
    refuseProblems();
    ReviewsTopic topic = new ReviewsTopic(config);
    if (topic.ensure()) {
      spec.commandLine().getErr().println("clipure-stream: made topic " + topic.name());
    }
    topic.write(decisions);
    spec.commandLine()
        .getOut()
        .printf(
            "%d reviews are in %s; %d lines were not filled in%n",
            decisions.size(), topic.name(), untouched);
    return ExitCode.OK;
  }

  private void read() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new RefusedException(file + ": no such file; name one that review export wrote");
    }
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (number > MOST_LINES || line.length() > MOST_CHARACTERS) {
          throw new RefusedException(
              "%s: line %d: more than %d lines or %d characters in one; import in parts"
                  .formatted(file, number, MOST_LINES, MOST_CHARACTERS));
        }
        if (!line.isBlank()) {
          take(number, ReviewedLine.parse(line));
        }
      }
    } catch (CharacterCodingException e) {
      throw new RefusedException(file + ": is not UTF-8 text; expected JSON lines", e);
    }
  }

  private void take(long number, ReviewedLine line) {
    if (line instanceof ReviewedLine.Wrong wrong) {
      problem(number, wrong.problem());
    } else if (line instanceof ReviewedLine.Untouched) {
      untouched++;
    } else {
      ReviewedLine.Reviewed review = (ReviewedLine.Reviewed) line;
      if (review.reviewer().isEmpty() && reviewer == null) {
        problem(number, "review.reviewer is missing; expected a name there or as --reviewer");
      }
      Numbered before = reviews.putIfAbsent(review.id(), new Numbered(number, review));
      if (before != null) {
        problem(
            number,
            "id %s was reviewed in line %d already; expected one review an event"
                .formatted(shown(review.id()), before.line()));
      }
    }
  }

  private Map<String, ReviewedVerdict> verdicts(AppConfig config) {
    Map<String, ReviewedVerdict> verdicts = new LinkedHashMap<>();
    TopicRange stretch = range.plan(config);
    try (LiveLine live =
        new LiveLine(spec.commandLine().getErr(), spec.commandLine().getColorScheme().ansi())) {
      LabelledRange.read(
          config,
          stretch,
          live,
          "offsets read for the verdicts",
          (at, verdict) -> {
            // An event that was labelled twice was seen as it was labelled first.
            if (reviews.containsKey(verdict.getId()) && !verdicts.containsKey(verdict.getId())) {
              verdicts.put(verdict.getId(), ReviewLines.reviewed(verdict));
              checkLabels(verdict);
            }
          });
    }
    return verdicts;
  }

  private void checkLabels(LabelledImage verdict) {
    Numbered review = reviews.get(verdict.getId());
    if (!allowUnknown) {
      ReviewLines.strangers(review.review().labels(), verdict)
          .ifPresent(
              strangers ->
                  problem(
                      review.line(),
                      "review."
                          + strangers
                          + "; expected ids of it, a decision alone, or --allow-unknown"));
    }
  }

  private Optional<ReviewDecision> decision(
      Numbered numbered, Map<String, ReviewedVerdict> verdicts, Instant now) {
    ReviewedLine.Reviewed review = numbered.review();
    ReviewedVerdict verdict = verdicts.get(review.id());
    if (verdict == null && allowUnknown) {
      verdict = review.verdict().orElse(null);
      if (verdict == null) {
        problem(
            numbered.line(),
            "id %s has no verdict, and the line does not tell of one; expected it as exported"
                .formatted(shown(review.id())));
      }
    } else if (verdict == null) {
      problem(
          numbered.line(),
          "id %s has no verdict from --from to --to; expected one that was exported, or"
                  .formatted(shown(review.id()))
              + " --allow-unknown");
    }
    return verdict == null
        ? Optional.empty()
        : Optional.of(
            ReviewDecision.newBuilder()
                .setId(review.id())
                .setDecision(review.decision())
                .setLabels(review.labels())
                .setReviewer(review.reviewer().orElse(reviewer))
                .setNote(review.note())
                .setReviewedAt(review.reviewedAt().orElse(now).truncatedTo(ChronoUnit.MILLIS))
                .setSampling(review.sampling())
                .setVerdict(verdict)
                .build());
  }

  private void problem(long line, String problem) {
    problems.add("%s: line %d: %s".formatted(file, line, problem));
  }

  private void refuseProblems() {
    if (!problems.isEmpty()) {
      throw new RefusedLinesException(problems);
    }
  }

  private static String shown(String id) {
    return "\"" + SafeText.cut(SafeText.of(id), 60) + "\"";
  }
}
