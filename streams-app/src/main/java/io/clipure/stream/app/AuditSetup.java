package io.clipure.stream.app;

import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.plan.OutputTopics;
import io.clipure.stream.audit.plan.StartOffsets;
import io.clipure.stream.config.AppConfig;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * An audit that is ready to start: planned, its topics made, its group's start committed.
 *
 * @param config the candidate's, with the audit's outputs in the place of the live topics
 * @param opened the plan
 */
record AuditSetup(AppConfig config, AuditPlans.Opened opened) {
  /** Exactly once unless the user asks for less: an account with doubles proves less. */
  static final Map<String, String> DEFAULTS =
      Map.of("stream.processing-guarantee", "exactly_once_v2");

  /**
   * Makes everything ready.
   *
   * @param options what to read
   * @param configuration where the candidate comes from
   * @param model the same
   * @param live the configuration as it is loaded without outputs
   * @throws RefusedException if the audit cannot or must not run
   */
  static AuditSetup prepare(
      AuditOptions options,
      ConfigOptions configuration,
      ModelOptions model,
      AppConfig live,
      Engines engines,
      Admin admin,
      AuditPlan.Kind kind)
      throws InterruptedException {
    String source =
        kind == AuditPlan.Kind.REPLAY ? live.topics().images() : live.topics().labelled();
    AuditPlans.Opened opened = AuditPlans.open(live, engines, admin, options, kind, source);
    AuditTopics.ensure(admin, opened.plan());
    StartOffsets.ensure(admin, opened.plan());
    Map<String, String> keys = new HashMap<>(model.settings());
    keys.putAll(outputs(opened.plan().outputs()));
    return new AuditSetup(configuration.load(keys, DEFAULTS), opened);
  }

  /** The keys that put the outputs in the place of the live topics. */
  static Map<String, String> outputs(OutputTopics outputs) {
    return Map.of(
        "topics.images-labelled", outputs.labelled(),
        "topics.images-flagged-low-confidence", outputs.lowConfidence(),
        "topics.images-flagged-adversarial", outputs.adversarial(),
        "topics.images-dead-letter", outputs.deadLetter());
  }

  AuditPlan plan() {
    return opened.plan();
  }
}
