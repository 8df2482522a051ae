package io.clipure.stream.app;

import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.plan.Candidate;
import io.clipure.stream.audit.plan.OutputTopics;
import io.clipure.stream.audit.plan.PlanFile;
import io.clipure.stream.audit.range.RangePlanner;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.TopicsConfig;
import io.clipure.stream.policy.LabelSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;

/** Makes the plan of an audit, or takes up the one there is. */
final class AuditPlans {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private AuditPlans() {}

  /**
   * A plan with its file.
   *
   * @param created whether this run made it
   */
  record Opened(AuditPlan plan, Path file, boolean created) {}

  /**
   * Opens or makes the plan.
   *
   * @param config the live service's topics, the candidate's everything else
   * @param source topic read if the options name none
   * @throws RefusedException if the plan is of another candidate, or an output is a live topic
   * @throws io.clipure.stream.audit.AuditException if the range cannot be planned
   */
  static Opened open(
      AppConfig config,
      Engines engines,
      Admin admin,
      AuditOptions options,
      AuditPlan.Kind kind,
      String source) {
    Candidate candidate = candidate(config, engines);
    if (options.plan != null && Files.exists(options.plan)) {
      AuditPlan plan = PlanFile.read(options.plan);
      requireSame(options, plan, kind, candidate);
      refuseLiveTopics(config.topics(), plan.source().topic(), plan.outputs());
      return new Opened(plan, options.plan, false);
    }
    String topic = options.topic == null ? source : options.topic;
    Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
    String id = STAMP.format(now) + "-" + random();
    String prefix =
        options.outputPrefix == null
            ? AuditPlan.applicationId(kind, id) + "."
            : options.outputPrefix;
    OutputTopics outputs = OutputTopics.of(prefix);
    refuseLiveTopics(config.topics(), topic, outputs);
    TopicRange range =
        new RangePlanner().plan(admin, topic, options.fromPoint(), options.toPoint());
    AuditPlan plan = new AuditPlan(id, kind, now, range, outputs, candidate);
    AuditTopics.requireUnused(config, admin, outputs);
    Path file =
        options.plan == null ? Path.of(AuditPlan.applicationId(kind, id) + ".json") : options.plan;
    PlanFile.create(file, plan);
    return new Opened(plan, file, true);
  }

  /** What decides under a configuration. */
  static Candidate candidate(AppConfig config, Engines engines) {
    ModelInfo model = engines.info();
    LabelSet labels = engines.labelSet();
    boolean views = engines.views().plan().extraViews() > 0;
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", model.name());
    facts.put("model digest", model.digest());
    facts.put("label set", labels.name());
    facts.put("label set digest", labels.digest());
    facts.put("calibration", model.calibration() == null ? "none" : model.calibration().id());
    facts.put("purifier", engines.purifier().id());
    facts.put("views", engines.views().plan().id());
    facts.put("view key", views ? engines.views().keyId() : "none");
    facts.put("view decision", config.policy().viewDecision().name());
    facts.put("low-confidence score", String.valueOf(config.policy().lowConfidenceScore()));
    facts.put("low-confidence margin", String.valueOf(config.policy().lowConfidenceMargin()));
    facts.put(
        "suspicion threshold",
        config.policy().suspicionThreshold().map(String::valueOf).orElse("none"));
    facts.put("preprocessing", engines.loader().preprocessingId());
    facts.put("application version", Version.application());
    return new Candidate(facts);
  }

  private static void requireSame(
      AuditOptions options, AuditPlan plan, AuditPlan.Kind kind, Candidate candidate) {
    if (plan.kind() != kind) {
      throw new RefusedException(
          "plan %s is one of %s, not of %s; run %s with it"
              .formatted(options.plan, plan.kind().key(), kind.key(), plan.kind().key()));
    }
    if (options.choosesWhatIsRead()) {
      throw new RefusedException(
          "plan %s has fixed what is read and where it is written; leave out --from, --to, --topic"
                  .formatted(options.plan)
              + " and --output-prefix, or name a new plan file");
    }
    List<String> differences = plan.candidate().differences(candidate);
    if (!differences.isEmpty()) {
      throw new RefusedException(
          "plan %s is of another candidate: %s; use the same configuration, or a new plan"
              .formatted(options.plan, SafeText.of(String.join("; ", differences))));
    }
  }

  /** Whatever else goes wrong, an audit must not write where the service reads or writes. */
  private static void refuseLiveTopics(TopicsConfig live, String source, OutputTopics outputs) {
    Set<String> taken =
        new TreeSet<>(
            List.of(
                source,
                live.images(),
                live.labelled(),
                live.lowConfidence(),
                live.adversarial(),
                live.deadLetter(),
                live.deadLetterRequeued(),
                live.labelSets()));
    live.backfill().ifPresent(taken::add);
    taken.retainAll(outputs.all());
    if (!taken.isEmpty()) {
      throw new RefusedException(
          "an audit never writes to topics of the service or to its own source, but "
              + String.join(", ", taken)
              + " would be one of its outputs; give another --output-prefix");
    }
  }

  private static String random() {
    byte[] bytes = new byte[3];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
