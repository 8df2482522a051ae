package io.clipure.stream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  /** Every key and default. A change here is a change for everyone who runs the service. */
  private static final String KEYS_AND_DEFAULTS =
      """
      kafka.bootstrap.servers = required by run
      stream.application-id = clipure-stream
      stream.processing-guarantee = at_least_once
      stream.threads = 2
      stream.commit-interval = 1s
      stream.group-protocol = classic
      stream.state-dir = a temporary one
      stream.store-embedding = true
      stream.stop-timeout = 20s
      stream.give-up-after = 10m
      stream.live-deadline = none
      stream.backfill-threads = 2
      schema.registry.url = required by run
      topics.images = images
      topics.images-labelled = images.labelled
      topics.images-flagged-low-confidence = images.flagged.low-confidence
      topics.images-flagged-adversarial = images.flagged.adversarial
      topics.images-dead-letter = images.dead-letter
      topics.dead-letter-requeued = images.dead-letter.requeued
      topics.label-sets = label-sets
      topics.reviews = images.reviews
      topics.images-backfill = none
      topics.images-shadow = images.shadow
      topics.images-shadow-dead-letter = images.shadow.dead-letter
      model.bundle = the demo bundle
      model.devices = cpu
      model.workers-per-device = 1
      model.intra-op-threads = 0
      model.inter-op-threads = 1
      model.warm-up = true
      model.fixed-batch = true
      model.tf32 = false
      policy.labels = the demo label set
      policy.calibration = the bundle's own
      policy.low-confidence-score = 0.4
      policy.low-confidence-margin = 0.1
      policy.suspicion-threshold = the rule's
      policy.allow-unknown-words = false
      policy.view-decision = worst
      purify.method = cos
      purify.preset = gentle
      purify.steps = the preset's
      purify.step-size = the preset's
      purify.gradient-norm = the preset's
      purify.diff-timestep-min = 900
      purify.diff-timestep-max = 999
      purify.diff-noise-draws = 1
      purify.diff-seed = 0
      suspicion.views = shift:2
      suspicion.key = a public key
      image.max-bytes = 20MiB
      image.max-pixels = 40000000
      image.file-roots =\s
      fetch.schemes =\s
      fetch.allowed-hosts =\s
      fetch.allowed-addresses =\s
      fetch.ports = 80,443
      fetch.media-types = image/*,application/octet-stream,binary/octet-stream
      fetch.max-redirects = 3
      fetch.timeout = 5s
      fetch.connect-timeout = 2s
      fetch.attempts = 3
      fetch.backoff = 200ms
      fetch.max-backoff = 2s
      fetch.patience = 20s
      fetch.threads = 16, fewer with a small heap
      fetch.per-host = 4, at most fetch.threads
      s3.endpoint = AWS's of the region
      s3.region = us-east-1
      s3.path-style = false
      s3.buckets =\s
      s3.access-key-id = the AWS SDK's default chain
      s3.secret-access-key = none
      s3.session-token = none
      batching.max-batch = 32
      batching.max-delay = 50ms
      batching.max-in-flight = 256
      batching.max-in-flight-bytes = a quarter of the heap, at most 256MiB
      batching.per-task-in-flight = 64
      batching.load-threads = 0
      batching.decode-memory = three eighths of the heap, at most 1GiB
      batching.drain-deadline = 30s
      batching.forward-interval = 10ms
      batching.device-deadline = 10s
      batching.image-attempts = 2
      batching.backfill-share = 0.5
      batching.backfill-hold = 10ms
      shadow.config = no shadow
      shadow.share = 0.01
      shadow.key = a public key
      ops.enabled = true
      ops.host = 127.0.0.1
      ops.port = 8080
      ops.console = false
      ops.console-history = 200
      ops.console-hosts =\s
      log.format = plain
      log.repeats = 20
      log.repeat-window = 1m
      tracing.enabled = false
      tracing.endpoint = http://localhost:4318
      tracing.sample-ratio = 1
      tracing.service-name = clipure-stream
      """;

  private final List<Setting<?>> all =
      Catalogue.groups().values().stream().flatMap(List::stream).toList();

  @Test
  void keys_and_defaults_are_these() {
    StringBuilder seen = new StringBuilder();
    all.forEach(one -> seen.append(one.key()).append(" = ").append(one.defaultText()).append('\n'));
    assertThat(seen.toString()).isEqualTo(KEYS_AND_DEFAULTS);
  }

  @Test
  void keys_and_environment_variables_are_unique() {
    assertThat(Catalogue.byKey()).hasSameSizeAs(all);
    assertThat(Catalogue.keysByEnvironmentName()).hasSameSizeAs(all);
  }

  @Test
  void every_setting_is_described_in_a_sentence() {
    assertThat(all).allSatisfy(one -> assertThat(one.description()).matches("[A-Z].*\\."));
  }

  @Test
  void every_default_is_read_back_from_its_text() {
    assertThat(all).allSatisfy(CatalogueTest::assertDefaultIsReadBack);
  }

  @Test
  void the_table_has_a_row_for_every_setting_and_no_stray_column() {
    String table = Catalogue.markdownTable();
    assertThat(table)
        .contains("| `batching.max-delay` | `50ms` | 0ms to 1m, e.g. 10ms, 2s, 1m |")
        .contains("| `image.file-roots` | (empty) |")
        .contains("| `model.bundle` | the demo bundle |");
    assertThat(table.lines()).allSatisfy(line -> assertThat(line.split("\\|", -1)).hasSize(6));
    assertThat(table.lines()).hasSize(2 + Catalogue.groups().size() + all.size());
  }

  private static <T> void assertDefaultIsReadBack(Setting<T> setting) {
    setting
        .defaultValue()
        .ifPresent(value -> assertThat(setting.parse(setting.defaultText())).isEqualTo(value));
  }
}
