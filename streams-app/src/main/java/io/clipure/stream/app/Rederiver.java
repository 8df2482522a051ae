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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Derives verdicts again: finds what they were made with, then their image, and goes the whole way
 * from bytes to verdict. Where the image cannot be had, the embeddings that the record carries are
 * judged instead, which is weaker and called so.
 *
 * <p><b>Threading</b>: one thread.
 */
final class Rederiver {
  private final RederivationSetups setups;
  private final Function<LabelledImage, OriginImages.Found> images;
  private final Tolerance tolerance;

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

  /**
   * Derives one verdict again.
   *
   * @throws RefusedException if cluster or registry do not answer
   */
  Rederivation of(LabelledImage verdict) {
    RederivationSetup setup = setups.of(verdict);
    if (setup instanceof RederivationSetup.Missing missing) {
      return new Rederivation.CannotVerify(missing.why(), missing.detail(), List.of());
    }
    RederivationSetup.Ready ready = (RederivationSetup.Ready) setup;
    List<String> notes = notes(verdict.getProvenance(), ready.model());
    Optional<OriginImages.Missing> key = keyProblem(verdict, ready.views());
    OriginImages.Found image = key.isPresent() ? key.get() : images.apply(verdict);
    if (image instanceof OriginImages.Bytes bytes) {
      LoadedImage loaded = ready.model().loader().load(bytes.encoded());
      if (loaded instanceof LoadedImage.Prepared prepared) {
        return fromImage(verdict, ready, prepared, notes);
      }
      image = new OriginImages.Missing(Obstacle.IMAGE_REFUSED, rejection(loaded));
    }
    return fromEmbeddings(verdict, ready, (OriginImages.Missing) image, notes);
  }

  private static String rejection(LoadedImage loaded) {
    LoadedImage.Rejected rejected = (LoadedImage.Rejected) loaded;
    return rejected.reason().name() + ": " + rejected.message();
  }

  private Rederivation fromImage(
      LabelledImage verdict,
      RederivationSetup.Ready ready,
      LoadedImage.Prepared prepared,
      List<String> notes) {
    byte[] digest = ImageViews.digestOf(prepared.pixels());
    List<View> drawn = ready.views().draw(digest);
    int size = ready.model().bundle().info().imageSize();
    List<byte[]> extra = drawn.stream().map(view -> view.apply(prepared.pixels(), size)).toList();
    ImageEmbeddings embeddings =
        ready
            .encoder()
            .encodeViews(List.of(ImageViews.of(prepared.pixels(), digest, extra)))
            .get(0);
    Comparison.Result result =
        Comparison.of(
            verdict,
            new Derived.FromImage(
                ready.judge().judge(embeddings),
                facts(prepared.facts(), digest),
                drawn.stream().map(View::id).toList(),
                embeddings),
            tolerance);
    if (result.differences().isEmpty()) {
      return new Rederivation.Reproduced(result.exact(), result.largest(), notes);
    }
    List<String> told = new ArrayList<>(notes);
    diagnosis(verdict, ready).ifPresent(told::add);
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
