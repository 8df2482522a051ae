package io.clipure.stream.app;

import io.clipure.schemas.ImageFacts;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.stream.audit.verify.Comparison;
import io.clipure.stream.audit.verify.Derived;
import io.clipure.stream.audit.verify.Obstacle;
import io.clipure.stream.audit.verify.Rederivation;
import io.clipure.stream.audit.verify.StoredEmbedding;
import io.clipure.stream.audit.verify.Tolerance;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.image.LoadedImage;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Derives verdicts again: finds what they were made with, then their image, and goes the whole way
 * from bytes to verdict. Where the image cannot be had, the embeddings that the record carries are
 * judged instead, which is weaker and called so. Images are encoded several at a time, which no
 * verdict depends on; outcomes come in the order of the verdicts.
 *
 * <p><b>Threading</b>: one thread.
 */
final class Rederiver {
  /** More fill no device better, and each holds its pixels and views. */
  private static final int BATCH = 16;

  /** Outcomes that wait behind an image for their turn; each holds its record. */
  private static final int MOST_WAITING = 256;

  private final RederivationSetups setups;
  private final Function<LabelledImage, OriginImages.Found> images;
  private final Tolerance tolerance;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final List<Seen> batch = new ArrayList<>();

  /**
   * A rederiver; owns nothing.
   *
   * @param images where images come from
   * @param tolerance of numbers that are derived from images
   */
  Rederiver(
      RederivationSetups setups,
      Function<LabelledImage, OriginImages.Found> images,
      Tolerance tolerance) {
    this.setups = setups;
    this.images = images;
    this.tolerance = tolerance;
  }

  /** A verdict whose turn has not come: its outcome, or null while its image is in the batch. */
  private static final class Waiting {
    private final Consumer<Rederivation> sink;
    private Rederivation outcome;

    Waiting(Consumer<Rederivation> sink) {
      this.sink = sink;
    }
  }

  /** A verdict with the pixels it is to be derived from. */
  private record Seen(
      Waiting place,
      LabelledImage verdict,
      RederivationSetup.Ready ready,
      LoadedImage.Prepared prepared,
      List<View> drawn,
      ImageViews views,
      List<String> notes) {}

  /**
   * Derives one verdict again, sooner or later: {@link #finish} at the latest.
   *
   * @param sink given the outcome, after those of all verdicts before
   * @throws RefusedException if cluster or registry do not answer
   */
  void add(LabelledImage verdict, Consumer<Rederivation> sink) {
    // Looking for another bundle may close this one.
    if (!batch.isEmpty() && !sameEncoder(batch.get(0).verdict(), verdict)) {
      encode();
    }
    Waiting place = new Waiting(sink);
    RederivationSetup setup = setups.of(verdict);
    if (setup instanceof RederivationSetup.Ready ready) {
      place.outcome = start(place, verdict, ready);
    } else {
      RederivationSetup.Missing missing = (RederivationSetup.Missing) setup;
      place.outcome = new Rederivation.CannotVerify(missing.why(), missing.detail(), List.of());
    }
    waiting.add(place);
    if (batch.size() >= BATCH || waiting.size() >= MOST_WAITING) {
      encode();
    }
    deliver();
  }

  /**
   * Derives one verdict again, now, after what is left.
   *
   * @throws RefusedException if cluster or registry do not answer
   */
  Rederivation now(LabelledImage verdict) {
    List<Rederivation> outcome = new ArrayList<>(1);
    add(verdict, outcome::add);
    finish();
    return outcome.get(0);
  }

  /** Derives what is left. */
  void finish() {
    encode();
    deliver();
  }

  private static boolean sameEncoder(LabelledImage one, LabelledImage other) {
    return one.getProvenance().getModelDigest().equals(other.getProvenance().getModelDigest())
        && one.getPurification().getMethod().equals(other.getPurification().getMethod());
  }

  private void deliver() {
    while (!waiting.isEmpty() && waiting.peek().outcome != null) {
      Waiting first = waiting.remove();
      first.sink.accept(first.outcome);
    }
  }

  /** The outcome, or null if the image is in the batch now. */
  private Rederivation start(Waiting place, LabelledImage verdict, RederivationSetup.Ready ready) {
    List<String> notes = notes(verdict.getProvenance(), ready.model());
    Optional<OriginImages.Missing> key = keyProblem(verdict, ready.views());
    OriginImages.Found image = key.isPresent() ? key.get() : images.apply(verdict);
    if (image instanceof OriginImages.Bytes bytes) {
      LoadedImage loaded = ready.model().loader().load(bytes.encoded());
      if (loaded instanceof LoadedImage.Prepared prepared) {
        byte[] digest = ImageViews.digestOf(prepared.pixels());
        List<View> drawn = ready.views().draw(digest);
        int size = ready.model().bundle().info().imageSize();
        List<byte[]> extra =
            drawn.stream().map(view -> view.apply(prepared.pixels(), size)).toList();
        ImageViews views = ImageViews.of(prepared.pixels(), digest, extra);
        batch.add(new Seen(place, verdict, ready, prepared, drawn, views, notes));
        return null;
      }
      image = new OriginImages.Missing(Obstacle.IMAGE_REFUSED, rejection(loaded));
    }
    return fromEmbeddings(verdict, ready, (OriginImages.Missing) image, notes);
  }

  private void encode() {
    if (batch.isEmpty()) {
      return;
    }
    List<ImageEmbeddings> embeddings =
        batch.get(0).ready().encoder().encodeViews(batch.stream().map(Seen::views).toList());
    for (int i = 0; i < batch.size(); i++) {
      Seen seen = batch.get(i);
      seen.place().outcome = fromImage(seen, embeddings.get(i));
    }
    batch.clear();
  }

  private static String rejection(LoadedImage loaded) {
    LoadedImage.Rejected rejected = (LoadedImage.Rejected) loaded;
    return rejected.reason().name() + ": " + rejected.message();
  }

  private Rederivation fromImage(Seen seen, ImageEmbeddings embeddings) {
    Comparison.Result result =
        Comparison.of(
            seen.verdict(),
            new Derived.FromImage(
                seen.ready().judge().judge(embeddings),
                facts(seen.prepared().facts(), seen.views().digest()),
                seen.drawn().stream().map(View::id).toList(),
                embeddings),
            tolerance);
    if (result.differences().isEmpty()) {
      return new Rederivation.Reproduced(result.exact(), result.largest(), seen.notes());
    }
    List<String> told = new ArrayList<>(seen.notes());
    diagnosis(seen.verdict(), seen.ready()).ifPresent(told::add);
    return new Rederivation.Differs(true, result.differences(), told);
  }

  /** Whether the record contradicts itself, or only what was derived now. */
  private static Optional<String> diagnosis(LabelledImage verdict, RederivationSetup.Ready ready) {
    return stored(verdict, ready)
        .map(
            result ->
                result.differences().isEmpty()
                    ? "the record agrees with the embeddings it carries: pixels, views or encoder"
                        + " gave something else"
                    : "the record does not agree with the embeddings it carries either");
  }

  private static Rederivation fromEmbeddings(
      LabelledImage verdict,
      RederivationSetup.Ready ready,
      OriginImages.Missing image,
      List<String> notes) {
    Optional<Comparison.Result> result = stored(verdict, ready);
    if (result.isEmpty()) {
      return image.why() == Obstacle.NOT_ASKED
          ? new Rederivation.CannotVerify(
              Obstacle.EMBEDDINGS_MISSING,
              ready.diff().isPresent()
                  ? "CLIPure-Diff purifies on the device, which takes the image"
                  : "the record does not carry the embeddings of image and views"
                      + " (stream.store-embedding)",
              notes)
          : new Rederivation.CannotVerify(image.why(), image.detail(), notes);
    }
    if (!result.get().differences().isEmpty()) {
      List<String> told = new ArrayList<>(notes);
      if (image.why() != Obstacle.NOT_ASKED) {
        told.add(image.detail());
      }
      if (result.get().differences().stream().noneMatch(one -> one.by().isPresent())) {
        told.add(
            "every number is within the tolerance: beside a threshold, half precision alone may"
                + " decide; the image would tell");
      }
      return new Rederivation.Differs(false, result.get().differences(), told);
    }
    return new Rederivation.ScoresReproduced(
        image.why(), image.detail(), result.get().largest(), notes);
  }

  private static Optional<Comparison.Result> stored(
      LabelledImage verdict, RederivationSetup.Ready ready) {
    if (ready.diff().isPresent()) {
      return Optional.empty();
    }
    int dimension = ready.model().bundle().info().dimension();
    return StoredEmbedding.of(verdict, ready.views().plan().extraViews())
        .filter(embeddings -> StoredEmbedding.judgeable(embeddings, dimension))
        .map(
            embeddings ->
                Comparison.of(
                    verdict,
                    new Derived.FromEmbeddings(ready.judge().judge(embeddings)),
                    Tolerance.HALF_PRECISION));
  }

  private static Optional<OriginImages.Missing> keyProblem(
      LabelledImage verdict, KeyedViews views) {
    String recorded = verdict.getProvenance().getViewKeyId();
    if (views.plan().extraViews() == 0 || views.keyId().equals(recorded)) {
      return Optional.empty();
    }
    return Optional.of(
        new OriginImages.Missing(
            Obstacle.VIEWS_KEY_UNKNOWN,
            "its views were drawn from the key with id %s, but suspicion.key has id %s; set that key"
                .formatted(SafeText.cut(String.valueOf(recorded), 16), views.keyId())));
  }

  private static List<String> notes(Provenance recorded, RederivationModel model) {
    List<String> notes = new ArrayList<>();
    differs(notes, "engine", recorded.getEngine(), model.bundle().engine());
    differs(notes, "precision", recorded.getPrecision(), model.bundle().manifest().precision());
    differs(notes, "device", recorded.getDevice(), model.device());
    differs(notes, "preprocessing", recorded.getPreprocessing(), model.loader().preprocessingId());
    differs(notes, "application", recorded.getApplicationVersion(), Version.application());
    return notes;
  }

  private static void differs(List<String> notes, String what, String then, String now) {
    if (!then.equals(now)) {
      notes.add("%s was %s, now it is %s".formatted(what, SafeText.cut(then, 60), now));
    }
  }

  private static ImageFacts facts(io.clipure.stream.image.ImageFacts facts, byte[] digest) {
    return new ImageFacts(
        facts.sha256(),
        facts.format().id(),
        facts.width(),
        facts.height(),
        facts.bytes(),
        facts.orientation(),
        HexFormat.of().formatHex(digest));
  }
}
