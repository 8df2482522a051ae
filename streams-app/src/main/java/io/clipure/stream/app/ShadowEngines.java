package io.clipure.stream.app;

import io.clipure.stream.batching.EncoderFactory;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.clip.BundleException;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.LabelSetException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A candidate's model and policy, and its way through the service's pipeline: with the same bundle,
 * views and purification on the device, the live encoders' embeddings are the candidate's too, and
 * only the judge is its own; else it brings an encoder.
 *
 * @param config the candidate's
 * @param engines the candidate's
 * @param pipeline a guest of the live one
 * @param ownEncoder whether it has one
 */
record ShadowEngines(
    AppConfig config, Engines engines, InferencePipeline pipeline, boolean ownEncoder)
    implements AutoCloseable {

  /**
   * Opens the candidate.
   *
   * @param live what the service works with
   * @param host the live pipeline
   * @throws RefusedException naming {@code shadow.config} and what is wrong with the candidate
   */
  static ShadowEngines open(
      AppConfig candidate, Home home, AppConfig service, Engines live, InferencePipeline host) {
    Set<String> shared = service.topics().shadowProblem();
    if (!shared.isEmpty()) {
      throw new RefusedException(
          "topics.images-shadow and topics.images-shadow-dead-letter must be two topics of the"
              + " shadow alone; choose others than "
              + String.join(", ", shared));
    }
    Engines engines = named(() -> Engines.open(candidate, home));
    try {
      boolean own = !sameEncoding(service, live, candidate, engines);
      List<EncoderFactory> encoders = own ? engines.encoders() : List.of();
      InferencePipeline guest =
          named(() -> host.guest(Settings.shadowBatching(candidate), encoders));
      return new ShadowEngines(candidate, engines, guest, own);
    } catch (RuntimeException e) {
      engines.close();
      throw e;
    }
  }

  private static boolean sameEncoding(
      AppConfig live, Engines theirs, AppConfig candidate, Engines mine) {
    return mine.info().digest().equals(theirs.info().digest())
        && mine.views().plan().id().equals(theirs.views().plan().id())
        && mine.views().keyId().equals(theirs.views().keyId())
        && Purifiers.diff(candidate.purify()).equals(Purifiers.diff(live.purify()));
  }

  /** The same refusals, with the key that leads to them. */
  static <T> T named(Supplier<T> opening) {
    try {
      return opening.get();
    } catch (BundleException | RefusedException e) {
      throw new RefusedException("shadow.config: the candidate: " + e.getMessage(), e);
    } catch (LabelSetException e) {
      throw new RefusedException(
          "shadow.config: the candidate's label set: " + String.join("; ", e.problems()), e);
    }
  }

  /** After its Kafka Streams client, before the live pipeline. */
  @Override
  public void close() {
    pipeline.close();
    engines.close();
  }

  @Override
  public String toString() {
    return "model "
        + engines.info().name()
        + (ownEncoder ? " with an encoder of its own on " : " on the live encoders of ")
        + String.join(", ", engines.devices())
        + ", purification "
        + engines.purifier().id()
        + ", views "
        + engines.views().plan().id();
  }
}
