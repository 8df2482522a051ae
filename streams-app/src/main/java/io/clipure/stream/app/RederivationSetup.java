package io.clipure.stream.app;

import io.clipure.stream.audit.verify.Obstacle;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.policy.ClipJudge;
import io.clipure.stream.purify.DiffPurifierSettings;
import io.clipure.stream.views.KeyedViews;
import java.util.Optional;

/** What a verdict was made with, found again or not. */
sealed interface RederivationSetup {

  /**
   * Found.
   *
   * @param model the bundle of the recorded digest
   * @param judge judges under the recorded label set, calibration, purifier and view plan
   * @param views the recorded plan, drawn from the configured key
   * @param diff what purifies on the device; empty: nothing
   */
  record Ready(
      RederivationModel model,
      ClipJudge judge,
      KeyedViews views,
      Optional<DiffPurifierSettings> diff)
      implements RederivationSetup {
    ImageEncoder encoder() {
      return model.encoder(diff);
    }
  }

  /** Not to be had. */
  record Missing(Obstacle why, String detail) implements RederivationSetup {}
}
