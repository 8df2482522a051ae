package io.clipure.stream.policy;

import io.clipure.stream.clip.BundleException;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.views.ViewPlan;
import java.util.List;

/**
 * Which suspicion rule a bundle's calibration and a view plan give.
 *
 * <ul>
 *   <li>A suspicion model measured with this plan: {@link ViewDisagreementRule} with it, and the
 *       calibration's threshold.
 *   <li>A suspicion model of another plan: its means and weights say nothing about these views, so
 *       the rule runs uncalibrated, with its own threshold, and a warning.
 *   <li>No suspicion model: views are judged uncalibrated with the rule's own threshold; without
 *       views it is {@link PurificationShiftRule}, with the calibration's threshold if there is
 *       one.
 * </ul>
 *
 * @param rule the rule in force
 * @param measured whether the calibration's suspicion threshold is one of this rule
 * @param warnings for the operator, one line each
 */
record SuspicionChoice(SuspicionRule rule, boolean measured, List<String> warnings) {
  /**
   * Chooses.
   *
   * @throws BundleException if the suspicion model weighs a signal this version does not know
   */
  static SuspicionChoice of(ModelInfo model, ViewPlan plan) {
    ModelInfo.Calibration calibration = model.calibration();
    ModelInfo.SuspicionModel suspicion = calibration == null ? null : calibration.suspicion();
    ViewDisagreementRule calibrated = suspicion == null ? null : rule(model, suspicion);
    if (calibrated != null && suspicion.views().equals(plan.id())) {
      return new SuspicionChoice(calibrated, true, List.of());
    }
    List<String> warnings =
        suspicion == null
            ? List.of()
            : List.of(
                "calibration %s measured suspicion with the views %s, but %s are configured: the"
                        .formatted(LabelRules.quote(calibration.id()), suspicion.views(), plan.id())
                    + " score is not calibrated; configure those views or calibrate with these");
    return plan.extraViews() == 0
        ? new SuspicionChoice(new PurificationShiftRule(), suspicion == null, warnings)
        : new SuspicionChoice(new ViewDisagreementRule(null), false, warnings);
  }

  private static ViewDisagreementRule rule(ModelInfo model, ModelInfo.SuspicionModel suspicion) {
    try {
      return new ViewDisagreementRule(suspicion);
    } catch (IllegalArgumentException e) {
      throw new BundleException(
          "bundle %s: calibration %s: %s"
              .formatted(model.name(), model.calibration().id(), e.getMessage()),
          e);
    }
  }
}
