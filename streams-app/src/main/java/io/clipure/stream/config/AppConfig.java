package io.clipure.stream.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The whole configuration, validated. Its text form holds no secret.
 *
 * @param candidate what runs as a shadow of the service; empty: none
 * @param overrides what was set and differs from the default, in lines for people
 */
public record AppConfig(
    StreamConfig stream,
    RegistryConfig registry,
    TopicsConfig topics,
    ModelConfig model,
    PolicyConfig policy,
    PurifyConfig purify,
    SuspicionConfig suspicion,
    ImageConfig image,
    FetchConfig fetch,
    S3Config s3,
    BatchingConfig batching,
    ShadowConfig shadow,
    OpsConfig ops,
    LogConfig log,
    TracingConfig tracing,
    Optional<AppConfig> candidate,
    List<String> overrides) {

  /** Copies. */
  public AppConfig {
    overrides = List.copyOf(overrides);
  }

  /**
   * Merges layers over the defaults.
   *
   * @param sources weakest first: file, environment, flags
   * @throws ConfigException naming every problem at once
   */
  public static AppConfig load(List<ConfigSource> sources) {
    return load(sources, true);
  }

  /**
   * A shadow's candidate.
   *
   * @param withoutCalibration whether a calibration file that is set is another bundle's
   * @throws ConfigException as {@link #load}
   */
  static AppConfig candidate(List<ConfigSource> sources, boolean withoutCalibration) {
    AppConfig candidate = load(sources, false);
    return new AppConfig(
        candidate.stream,
        candidate.registry,
        candidate.topics,
        candidate.model.besideLive(),
        withoutCalibration ? candidate.policy.withoutCalibration() : candidate.policy,
        candidate.purify,
        candidate.suspicion,
        candidate.image,
        candidate.fetch,
        candidate.s3,
        candidate.batching,
        candidate.shadow,
        candidate.ops,
        candidate.log,
        candidate.tracing,
        Optional.empty(),
        candidate.overrides);
  }

  private static AppConfig load(List<ConfigSource> sources, boolean withShadow) {
    Values values = new Values(sources, System.getenv());
    StreamConfig stream = make(values, StreamConfig::from);
    RegistryConfig registry = make(values, RegistryConfig::from);
    TopicsConfig topics = make(values, TopicsConfig::from);
    ModelConfig model = make(values, ModelConfig::from);
    PolicyConfig policy = make(values, PolicyConfig::from);
    PurifyConfig purify = make(values, PurifyConfig::from);
    SuspicionConfig suspicion = make(values, SuspicionConfig::from);
    ImageConfig image = make(values, ImageConfig::from);
    FetchConfig fetch = make(values, FetchConfig::from);
    S3Config s3 = make(values, S3Config::from);
    BatchingConfig batching = make(values, BatchingConfig::from);
    ShadowConfig shadow = make(values, ShadowConfig::from);
    OpsConfig ops = make(values, OpsConfig::from);
    LogConfig log = make(values, LogConfig::from);
    TracingConfig tracing = make(values, TracingConfig::from);
    Optional<AppConfig> candidate = Optional.empty();
    if (stream != null && batching != null) {
      Timeouts.problems(stream, batching).forEach(values::problem);
    }
    if (values.problems().isEmpty()) {
      fetch.problems(batching, s3).forEach(values::problem);
    }
    if (withShadow && values.problems().isEmpty()) {
      candidate =
          shadow.config().flatMap(path -> ShadowConfig.candidate(path, sources, values::problem));
    }
    if (!values.problems().isEmpty()) {
      throw new ConfigException(values.problems());
    }
    return new AppConfig(
        stream,
        registry,
        topics,
        model,
        policy,
        purify,
        suspicion,
        image,
        fetch,
        s3,
        batching,
        shadow,
        ops,
        log,
        tracing,
        candidate,
        values.describe());
  }

  /**
   * For another bundle's encoder alone: what may only fit the configured bundle, its purifier,
   * calibration file and views, is as if it were not set.
   */
  public AppConfig encoderAlone() {
    return new AppConfig(
        stream,
        registry,
        topics,
        model,
        policy.withoutCalibration(),
        PurifyConfig.COSINE,
        new SuspicionConfig("none", Optional.empty()),
        image,
        fetch,
        s3,
        batching,
        shadow,
        ops,
        log,
        tracing,
        candidate,
        overrides);
  }

  /**
   * For commands that talk to a real cluster.
   *
   * @return this
   * @throws ConfigException if brokers or registry are missing
   */
  public AppConfig requireCluster() {
    List<String> missing = new ArrayList<>();
    if (stream.bootstrapServers().isEmpty()) {
      missing.add(missing(StreamConfig.BOOTSTRAP_SERVERS));
    }
    if (registry.url().isEmpty()) {
      missing.add(missing(RegistryConfig.URL));
    }
    if (!missing.isEmpty()) {
      throw new ConfigException(missing);
    }
    return this;
  }

  /**
   * {@code transaction.timeout.ms} under exactly_once_v2, unless a client key sets it: a task may
   * wait once for room and once in the commit, each up to the drain deadline.
   */
  public Duration transactionTimeout() {
    return Timeouts.transaction(stream, batching);
  }

  /** {@code max.poll.interval.ms} in force: Kafka's default, or what a client key sets. */
  public Duration maxPollInterval() {
    return Timeouts.maxPoll(stream);
  }

  /** What was set and differs from the default, with its source; secrets hidden. */
  public String describe() {
    return overrides.isEmpty() ? "all defaults" : String.join("\n", overrides);
  }

  /** A line that may hold a client's secret, for example from an exception, without it. */
  public String redact(String line) {
    List<String> secrets = new ArrayList<>(stream.client().secrets());
    suspicion.key().ifPresent(secrets::add);
    shadow.key().ifPresent(secrets::add);
    candidate.flatMap(other -> other.suspicion().key()).ifPresent(secrets::add);
    s3.secretAccessKey().ifPresent(secrets::add);
    s3.sessionToken().ifPresent(secrets::add);
    secrets.addAll(registry.secrets());
    secrets.addAll(s3.secrets());
    return Secrets.withoutUserInfo(Secrets.redact(line, secrets));
  }

  /** As {@link #describe}, in one line. */
  @Override
  public String toString() {
    return "AppConfig" + overrides;
  }

  private static String missing(Setting<?> setting) {
    return "%s: is not set; expected %s in the file, as %s or by --set"
        .formatted(setting.key(), setting.type().expected(), setting.environmentName());
  }

  /** A record, or null and a problem. */
  private static <T> T make(Values values, Function<Values, T> from) {
    try {
      return from.apply(values);
    } catch (IllegalArgumentException e) {
      values.problem(e.getMessage());
      return null;
    }
  }
}
