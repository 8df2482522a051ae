package io.clipure.stream.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.app.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chaos harness in short: the service in child processes, killed, stopped and moved about, on a
 * real broker; and a control without the commit barrier, in which the harness must see the loss.
 * The full run is {@code clipure-stream chaos}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChaosTest {
  private static final long SEED = 20261122;
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir Path folder;

  private static Scenario scenario(String name) {
    return Scenario.all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private Outcome run(Launcher launcher, Variant variant) {
    try (Lab lab =
        new Lab(launcher, Home.locate().demoBundle(), folder.resolve("lab"), line -> {})) {
      return lab.run(variant);
    }
  }

  private static void assertAsPromised(Outcome outcome) {
    assertThat(outcome.problems()).as("%s", outcome.tally()).isEmpty();
    assertThat(outcome.tally().labelled()).isPositive();
    assertThat(outcome.tally().deadLettered()).isPositive();
  }

  @Test
  void nothing_is_lost_or_doubled_under_exactly_once_by_kills_a_stop_and_a_rebalance() {
    Scenario faults =
        scenario("kill").with(List.of(Fault.KILL, Fault.JOIN, Fault.TERMINATE, Fault.KILL));

    assertAsPromised(
        run(
            Launcher.ofClassPath(CLASS_PATH),
            new Variant(
                faults, Variant.Guarantee.EXACTLY_ONCE_V2, Variant.Protocol.CLASSIC, SEED)));
  }

  @Test
  void nothing_is_lost_at_least_once_by_a_kill_and_an_absent_registry() {
    Scenario faults = scenario("registry").with(List.of(Fault.KILL, Fault.REGISTRY_GONE));

    assertAsPromised(
        run(
            Launcher.ofClassPath(CLASS_PATH),
            new Variant(faults, Variant.Guarantee.AT_LEAST_ONCE, Variant.Protocol.STREAMS, SEED)));
  }

  @Test
  void without_the_commit_barrier_the_harness_sees_the_loss() throws IOException {
    Scenario faults =
        new Scenario(
            "control",
            1,
            1,
            Collections.nCopies(2, Fault.KILL),
            false,
            EventMix.USUAL.with(Map.of(EventKind.SLOW, 500)),
            true,
            500,
            500,
            Map.of());

    Outcome outcome =
        run(
            Launcher.ofClassPath(withoutBarrier().toString(), CLASS_PATH),
            new Variant(faults, Variant.Guarantee.AT_LEAST_ONCE, Variant.Protocol.CLASSIC, SEED));

    assertThat(outcome.tally().lost()).isPositive();
  }

  /** The barrier store's own source, but a commit waits for nothing; compiled into a folder. */
  private Path withoutBarrier() throws IOException {
    Path source = Path.of("src/main/java/io/clipure/stream/batching/BarrierStore.java");
    String text = Files.readString(source);
    assertThat(text).containsOnlyOnce("drain.run();");
    Path changed = folder.resolve("BarrierStore.java");
    Files.writeString(changed, text.replace("drain.run();", "drain.hashCode();"));
    Path classes = Files.createDirectories(folder.resolve("without-barrier"));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                CLASS_PATH,
                "-d",
                classes.toString(),
                changed.toString());
    assertThat(result).isZero();
    return classes;
  }
}
