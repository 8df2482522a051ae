package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Timings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replay with the live configuration is the live run again, byte for byte. {@code
 * -Dclipure.replay.images=5000} gives the README's figure.
 */
class ReplayEqualsLiveTest {
  private static final int IMAGES = Integer.getInteger("clipure.replay.images", 96);

  @TempDir private Path folder;

  @Test
  void everyVerdictOfTheReplayIsTheLiveOneByteForByte() throws Exception {
    Map<String, Path> images = DistinctImages.write(folder, IMAGES);
    assertThat(images).hasSize(IMAGES);
    try (AuditFixture audit =
        new AuditFixture(
            Map.of(
                "suspicion.key", "0123456789abcdef",
                "stream.processing-guarantee", "exactly_once_v2"))) {
      audit.publish(images);
      long began = System.nanoTime();
      Map<String, LabelledImage> live = audit.label(IMAGES, Duration.ofSeconds(120 + IMAGES / 2));
      say("live run", began);
      began = System.nanoTime();
      CommandLineRun replay =
          audit.run(
              "replay",
              "--json",
              "--plan",
              folder.resolve("plan.json").toString(),
              "--output-prefix",
              "again.");
      say("replay", began);

      assertThat(replay.exitCode()).as(replay.out() + replay.err()).isZero();
      JsonNode account = new ObjectMapper().readTree(replay.out()).path("account");
      assertThat(account.path("labelled").asInt()).isEqualTo(IMAGES);
      assertThat(account.path("unaccounted").asInt()).isZero();
      assertThat(lasting(Audits.labelled(audit.config, "again.labelled"))).isEqualTo(lasting(live));
      assertThat(live.values())
          .as("as many different images")
          .extracting(verdict -> verdict.getImage().getPixelsSha256())
          .doesNotHaveDuplicates();

      CommandLineRun diff =
          audit.run(
              "diff",
              "--after",
              "again.labelled",
              "--no-pictures",
              "--out",
              folder.resolve("diff").toString(),
              "--fail-if",
              "decisions-changed > 0",
              "--fail-if",
              "flags-gained > 0",
              "--fail-if",
              "missing > 0",
              "--fail-if",
              "joined < " + IMAGES);
      say("and diff, which says\n" + diff.out(), began);
      assertThat(diff.exitCode()).as(diff.out() + diff.err()).isZero();
      assertThat(diff.out())
          .contains("scores           %,d of %,d exactly the same".formatted(IMAGES, IMAGES));
    }
  }

  private static void say(String what, long began) {
    if (IMAGES >= 1_000) {
      System.out.printf("%s: %d images, %.1f s%n", what, IMAGES, (System.nanoTime() - began) / 1e9);
    }
  }

  /** The whole record but for how long it took and when. */
  private static Map<String, ByteBuffer> lasting(Map<String, LabelledImage> results)
      throws Exception {
    Timings none = new Timings(0L, 0L, 0L, 0, Instant.EPOCH);
    Map<String, ByteBuffer> lasting = new TreeMap<>();
    for (Map.Entry<String, LabelledImage> result : results.entrySet()) {
      lasting.put(
          result.getKey(),
          LabelledImage.newBuilder(result.getValue()).setTimings(none).build().toByteBuffer());
    }
    return lasting;
  }
}
