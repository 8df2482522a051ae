package io.clipure.stream.app;

import static io.clipure.stream.app.DecisionWords.figure;

import io.clipure.schemas.Flag;
import io.clipure.schemas.ImageFacts;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.Purification;
import io.clipure.schemas.SeenView;
import io.clipure.schemas.Timings;
import io.clipure.stream.audit.explain.Explanation;
import io.clipure.stream.audit.verify.Rederivation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One verdict for a person, in lines that a terminal of 80 columns shows whole. */
final class ExplanationText {
  private static final int COLUMN = 13;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Explanation told;
  private final LabelledImage verdict;
  private final boolean everyLabel;
  private final List<String> lines = new ArrayList<>();

  /**
   * Creates the text.
   *
   * @param everyLabel whether labels with next to no score are shown too
   */
  ExplanationText(Explanation told, boolean everyLabel) {
    this.told = told;
    this.verdict = told.verdict();
    this.everyLabel = everyLabel;
  }

  /**
   * All lines.
   *
   * @param remarks what there is besides this verdict, a sentence each
   * @param uploadedAt of the event; empty: not known
   * @param outcome of deriving it again; empty: not asked for
   */
  List<String> lines(
      String place,
      List<String> remarks,
      Optional<Instant> uploadedAt,
      Optional<Rederivation> outcome) {
    lines.add(
        "%s: %s, by %s"
            .formatted(safe(verdict.getId()), verdict.getDecision(), safe(verdict.getDecidedBy())));
    field("verdict", String.join("; ", join(safe(place), remarks)));
    seen(uploadedAt);
    why();
    new LabelWords(told, everyLabel).lines().forEach(lines::add);
    purification();
    views();
    new SuspicionWords(told).lines().forEach(lines::add);
    flags();
    madeWith();
    outcome.ifPresent(this::again);
    return lines;
  }

  private static List<String> join(String first, List<String> more) {
    List<String> all = new ArrayList<>(List.of(first));
    more.stream().map(SafeText::of).forEach(all::add);
    return all;
  }

  private void seen(Optional<Instant> uploadedAt) {
    var origin = verdict.getOrigin();
    Instant labelled = verdict.getTimings().getLabelledAt();
    field(
        "event",
        "%s-%d offset %d%s"
            .formatted(
                safe(origin.getTopic()),
                origin.getPartition(),
                origin.getOffset(),
                verdict.getSource() == null ? "" : ", source " + safe(verdict.getSource())));
    uploadedAt.ifPresent(at -> field("uploaded", TIME.format(at)));
    field(
        "labelled",
        TIME.format(labelled)
            + uploadedAt
                .map(at -> ", " + seconds(Duration.between(at, labelled)) + " after the upload")
                .orElse(""));
    ImageFacts image = verdict.getImage();
    field(
        "image",
        "%s, %d x %d pixels, %s bytes%s"
            .formatted(
                safe(image.getFormat()),
                image.getWidth(),
                image.getHeight(),
                DeadLetterText.size(image.getBytes()),
                image.getOrientation() == 1
                    ? ""
                    : ", turned by EXIF orientation " + image.getOrientation()));
    field("SHA-256", safe(image.getSha256()));
    verdict
        .getAttributes()
        .forEach((name, value) -> field("attribute", safe(name) + " = " + safe(value)));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }

  private void why() {
    title("WHY " + verdict.getDecision());
    DecisionWords words = new DecisionWords(told);
    words.why().forEach(this::sentence);
    if (told.labels().isEmpty()) {
      sentence(
          "The label set %s (digest %s) was not found: prompts and actions of its labels are not known."
                  .formatted(
                      safe(verdict.getProvenance().getLabelSetName()),
                      SafeText.cut(safe(verdict.getProvenance().getLabelSetDigest()), 12))
              + " Put it into a store (store add) and name the store (--store).");
    }
    words.otherwise().forEach(other -> lines.addAll(Paragraph.hanging("  Else: ", 8, other)));
  }

  private void purification() {
    title("PURIFICATION");
    Purification purified = verdict.getPurification();
    String before =
        verdict.getScores().stream()
            .max(Comparator.comparingDouble(LabelScore::getScoreBefore))
            .map(LabelScore::getLabel)
            .orElse("?");
    sentence(
        purified.getTopLabelChanged()
            ? "It changed the top label from %s to %s."
                .formatted(safe(before), safe(verdict.getTopLabel()))
            : "It did not change the top label, %s.".formatted(safe(verdict.getTopLabel())));
    sentence(
        "%s turned the embedding by %s radians; its cosine to the blank prompt went from %s to %s."
            .formatted(
                safe(purified.getMethod()),
                figure(purified.getDisplacement()),
                figure(purified.getCosineBefore()),
                figure(purified.getCosineAfter())));
  }

  private void views() {
    title("VIEWS");
    if (verdict.getViews().isEmpty()) {
      sentence("The image was seen once; no views of it were encoded.");
      return;
    }
    lines.add(
        String.format("  %-16s %-7s %-24s %s", "VIEW", "ALONE", "TOP LABEL", "PROBABILITY MOVED"));
    for (SeenView view : verdict.getViews()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-16s %-7s %-24s %.1f %%",
              SafeText.cut(safe(view.getTransform()), 16),
              view.getDecision(),
              SafeText.cut(safe(view.getTopLabel()), 17) + " " + figure(view.getTopScore()),
              100 * view.getTotalVariation()));
    }
  }

  private void flags() {
    title("FLAGS");
    if (verdict.getFlags().isEmpty()) {
      sentence("none: nothing asks for a person's look.");
      confidence();
      return;
    }
    for (Flag flag : verdict.getFlags()) {
      lines.addAll(
          Paragraph.hanging(
              "  ",
              4,
              "%s: %s"
                  .formatted(
                      flag.getKind(),
                      switch (flag.getKind()) {
                        case LOW_CONFIDENCE -> "the model is not sure; a person should look.";
                        case SUSPECTED_ADVERSARIAL ->
                            "it looks like an attack; a person should look.";
                        case UNKNOWN -> "of a kind that this version does not know.";
                      })));
      for (String reason : flag.getReason().split("; ")) {
        lines.addAll(Paragraph.hanging("    ", 6, SafeText.of(reason)));
      }
    }
  }

  private void confidence() {
    told.origins()
        .confidence()
        .ifPresent(
            thresholds ->
                sentence(
                    "LOW_CONFIDENCE would be a top score below %s (it is %s) or a margin below %s (%s)."
                        .formatted(
                            figure(thresholds.score()),
                            figure(verdict.getTopScore()),
                            figure(thresholds.margin()),
                            figure(verdict.getMargin()))));
  }

  private void madeWith() {
    title("MADE WITH");
    Provenance made = verdict.getProvenance();
    field("model", safe(made.getModelName()) + " " + safe(made.getModelDigest()));
    field(
        "label set",
        "%s %s%s%s"
            .formatted(
                safe(made.getLabelSetName()),
                safe(made.getLabelSetDigest()),
                made.getLabelSetVersion() < 0
                    ? ", from a file"
                    : ", offset " + made.getLabelSetVersion() + " of the label-sets topic",
                told.labels().isEmpty() ? " (not found)" : ""));
    field("calibration", made.getCalibrationId() == null ? "none" : safe(made.getCalibrationId()));
    field(
        "views",
        made.getViewPlan() == null
            ? "written before there were views"
            : safe(made.getViewPlan())
                + (made.getViewKeyId() == null ? "" : ", key " + safe(made.getViewKeyId())));
    field("pixels", safe(made.getPreprocessing()));
    field(
        "engine",
        "%s, %s, on %s"
            .formatted(safe(made.getEngine()), safe(made.getPrecision()), safe(made.getDevice())));
    field("application", safe(made.getApplicationVersion()));
    Timings time = verdict.getTimings();
    field(
        "time",
        String.format(
            Locale.ROOT,
            "load %.1f ms, wait for a batch %.1f ms, encode %.1f ms in a batch of %d",
            time.getLoadMicros() / 1e3,
            time.getQueueMicros() / 1e3,
            time.getEncodeMicros() / 1e3,
            time.getBatchSize()));
  }

  private void again(Rederivation outcome) {
    title("DERIVED AGAIN");
    sentence(againInWords(outcome));
    RederivationText.details(outcome).stream()
        .map(String::strip)
        .forEach(detail -> lines.addAll(Paragraph.hanging("    ", 6, detail)));
  }

  private static String againInWords(Rederivation outcome) {
    if (outcome instanceof Rederivation.Reproduced reproduced) {
      return reproduced.exact()
          ? "Reproduced: from the image the same verdict follows, every number to the bit."
          : "Reproduced: from the image the same verdict follows, numbers within the tolerance.";
    }
    if (outcome instanceof Rederivation.ScoresReproduced) {
      return "Reproduced from the embeddings that the record carries, not from the image.";
    }
    if (outcome instanceof Rederivation.Differs differs) {
      return "DIFFERS: from the %s something else follows now."
          .formatted(differs.fromImage() ? "image" : "embeddings that the record carries");
    }
    return "It could not be derived again.";
  }

  private void title(String title) {
    lines.add("");
    lines.add(title);
  }

  private void sentence(String sentence) {
    lines.addAll(Paragraph.of(2, sentence));
  }

  private void field(String name, String text) {
    lines.addAll(
        Paragraph.hanging(String.format("  %-" + (COLUMN - 2) + "s ", name), COLUMN + 1, text));
  }

  private static String safe(String text) {
    return SafeText.cut(SafeText.of(text), 200);
  }
}
