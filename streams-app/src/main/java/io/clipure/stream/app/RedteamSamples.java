package io.clipure.stream.app;

import io.clipure.stream.image.LoadedImage;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Label;
import io.clipure.stream.redteam.data.ImageSet;
import io.clipure.stream.redteam.data.StratifiedSample;
import io.clipure.stream.redteam.scorecard.Task;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The images of a red-team run.
 *
 * @param clean of every label
 * @param harmful of labels that are blocked or reviewed
 * @param notes what a reader must know of them
 */
record RedteamSamples(StratifiedSample clean, StratifiedSample harmful, List<String> notes) {

  /**
   * Draws.
   *
   * @throws RefusedException if there are fewer than explicitly asked for, or none
   */
  static RedteamSamples draw(ImageSet set, RedteamOptions options, Engines engines) {
    StratifiedSample.Loader loader =
        encoded ->
            engines.loader().load(ByteBuffer.wrap(encoded)) instanceof LoadedImage.Prepared prepared
                ? new StratifiedSample.Loaded(Optional.of(prepared.pixels()), "")
                : new StratifiedSample.Loaded(
                    Optional.empty(), "cannot be decoded or is too large");
    List<String> notes = new ArrayList<>();
    StratifiedSample clean =
        draw(
            set,
            label -> true,
            options.clean(),
            options.cleanIsFirm(),
            "--count",
            options,
            loader,
            notes);
    StratifiedSample harmful =
        draw(
            set,
            label -> label.action() != Action.ALLOW,
            options.attacked(),
            options.attackedIsFirm(),
            "--attacked",
            options,
            loader,
            notes);
    return new RedteamSamples(clean, harmful, List.copyOf(notes));
  }

  private static StratifiedSample draw(
      ImageSet set,
      Predicate<Label> wanted,
      int count,
      boolean firm,
      String option,
      RedteamOptions options,
      StratifiedSample.Loader loader,
      List<String> notes) {
    StratifiedSample sample = StratifiedSample.draw(set, wanted, count, options.seed(), loader);
    String kind = option.equals("--count") ? "usable" : "usable harmful";
    int there = sample.images().size();
    if (there == 0) {
      throw new RefusedException(
          "the data set has no "
              + kind
              + " image: none of its labels has the action BLOCK or"
              + " REVIEW, or none could be read; choose another --images or --labels");
    }
    if (there < count && firm) {
      throw new RefusedException(
          "%s is %d, but the data set has %d %s images; ask for fewer or give more"
              .formatted(option, count, there, kind));
    }
    if (there < count) {
      notes.add(
          "all %d %s images were used, fewer than the %d of the default plan: intervals are wider"
              .formatted(there, kind, count));
    }
    if (!sample.rejected().isEmpty()) {
      notes.add(
          "%d files were left out because the service would reject them, the first: %s"
              .formatted(sample.rejected().size(), sample.rejected().get(0)));
    }
    return sample;
  }

  /** The images by name of their sample. */
  Map<String, List<StratifiedSample.Drawn>> images() {
    return Map.of(Task.CLEAN, clean.images(), Task.HARMFUL, harmful.images());
  }

  /** SHA-256 (hex) over names, labels and pixels, by name of the sample. */
  Map<String, String> digests() {
    return Map.of(Task.CLEAN, digest(clean), Task.HARMFUL, digest(harmful));
  }

  private static String digest(StratifiedSample sample) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (StratifiedSample.Drawn image : sample.images()) {
        digest.update(
            (image.name() + '\0' + image.truth().id() + '\0').getBytes(StandardCharsets.UTF_8));
        digest.update(image.pixels());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
