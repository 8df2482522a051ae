package io.clipure.stream.app;

import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.clip.EncoderOptions;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.BatchingConfig;
import io.clipure.stream.config.StreamConfig;
import io.clipure.stream.config.TopicsConfig;
import io.clipure.stream.image.ImageLimits;
import io.clipure.stream.policy.JudgeSettings;
import io.clipure.stream.policy.ViewDecision;
import io.clipure.stream.topology.ProcessingGuarantee;
import io.clipure.stream.topology.StreamsSettings;
import io.clipure.stream.topology.Topics;
import io.clipure.stream.topology.TopologySettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** From the configuration to each room's own settings. */
final class Settings {
  private static final int SHADOW_BATCH = 8;
  private static final int SHADOW_IN_FLIGHT = 16;
  private static final int SHADOW_BYTES_DIVISOR = 8;

  private Settings() {}

  static BatchingSettings batching(AppConfig config) {
    BatchingConfig batching = config.batching();
    return new BatchingSettings(
        batching.effectiveLoadThreads(),
        batching.maxBatch(),
        batching.maxDelay(),
        batching.maxInFlight(),
        batching.maxInFlightBytes().bytes(),
        batching.perTaskInFlight(),
        batching.drainDeadline(),
        batching.forwardInterval(),
        config.fetch().threads(),
        config.fetch().perHost(),
        batching.decodeMemory().bytes(),
        batching.deviceDeadline(),
        batching.imageAttempts(),
        batching.backfillShare(),
        batching.backfillHold());
  }

  static TopologySettings topology(AppConfig config, Engines engines) {
    return new TopologySettings(
        topics(config.topics()),
        config.stream().storeEmbedding(),
        engines.loader().preprocessingId(),
        engines.engine(),
        engines.precision(),
        Version.application(),
        config.stream().liveDeadline());
  }

  /** How embeddings are judged. */
  static JudgeSettings judge(AppConfig config) {
    return new JudgeSettings(
        config.policy().lowConfidenceScore(),
        config.policy().lowConfidenceMargin(),
        config.policy().suspicionThreshold().orElse(null),
        config.policy().allowUnknownWords(),
        ViewDecision.valueOf(config.policy().viewDecision().name()));
  }

  /** What is accepted as an image. */
  static ImageLimits image(AppConfig config) {
    return new ImageLimits(
        config.image().maxBytes().bytes(),
        config.image().maxPixels(),
        config.batching().decodeMemory().bytes());
  }

  /** How graphs are run. */
  static EncoderOptions encoder(AppConfig config) {
    EncoderOptions defaults = EncoderOptions.defaults();
    return new EncoderOptions(
        config.model().intraOpThreads(),
        config.model().interOpThreads(),
        defaults.optimization(),
        defaults.sessionConfig(),
        config.model().tf32(),
        defaults.fixedRows());
  }

  static Topics topics(TopicsConfig topics) {
    return new Topics(
        topics.images(),
        topics.labelled(),
        topics.lowConfidence(),
        topics.adversarial(),
        topics.deadLetter(),
        topics.labelSets());
  }

  /**
   * Settings of Kafka Streams.
   *
   * @param stateDir used where the configuration names none
   */
  static StreamsSettings streams(AppConfig config, Path stateDir) {
    StreamConfig stream = config.stream();
    return streams(config, stream.applicationId(), stream.threads(), stateDir);
  }

  /** The same for the back-fill topic: a consumer group and threads of its own. */
  static StreamsSettings backfillStreams(AppConfig config, Path stateDir) {
    StreamConfig stream = config.stream();
    return streams(config, backfillApplication(config), stream.backfillThreads(), stateDir);
  }

  /** The consumer group of the back-fill topic. */
  static String backfillApplication(AppConfig config) {
    return config.stream().applicationId() + "-backfill";
  }

  /** The same for a shadow: one thread is plenty for what little it does. */
  static StreamsSettings shadowStreams(AppConfig config, Path stateDir) {
    return streams(config, config.stream().applicationId() + "-shadow", 1, stateDir);
  }

  /** Room for what keeps one small device call going: a shadow has nobody waiting. */
  static BatchingSettings shadowBatching(AppConfig config) {
    return batching(config)
        .within(
            SHADOW_BATCH,
            SHADOW_IN_FLIGHT,
            Math.max(1, config.batching().maxInFlightBytes().bytes() / SHADOW_BYTES_DIVISOR));
  }

  /** Where a shadow writes; it has no copies of flagged results. */
  static Topics shadowTopics(TopicsConfig topics) {
    return new Topics(
        topics.images(),
        topics.shadow(),
        topics.lowConfidence(),
        topics.adversarial(),
        topics.shadowDeadLetter(),
        topics.labelSets());
  }

  /**
   * The same for an audit.
   *
   * @param extra further keys; those of the configuration win
   */
  static StreamsSettings auditStreams(
      AppConfig config,
      String applicationId,
      int threads,
      Path stateDir,
      Map<String, String> extra) {
    Map<String, String> overrides = new HashMap<>(extra);
    overrides.putAll(config.stream().client().values());
    return streams(config, applicationId, threads, stateDir).with(overrides);
  }

  private static StreamsSettings streams(
      AppConfig config, String applicationId, int threads, Path stateDir) {
    StreamConfig stream = config.stream();
    StreamsSettings defaults =
        StreamsSettings.defaults(applicationId, stream.bootstrapServers().orElseThrow(), stateDir);
    return new StreamsSettings(
        applicationId,
        stream.bootstrapServers().orElseThrow(),
        ProcessingGuarantee.valueOf(stream.processingGuarantee().name()),
        threads,
        stream.commitInterval(),
        config.transactionTimeout(),
        config.maxPollInterval(),
        defaults.maxRecordBytes(),
        defaults.compression(),
        stream.groupProtocol().name().toLowerCase(java.util.Locale.ROOT),
        defaults.partitionFetchBytes(),
        stream.stateDir().orElse(stateDir),
        stream.client().values());
  }
}
