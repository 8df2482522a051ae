package io.clipure.stream.app.chaos;

import io.clipure.stream.app.ExitCode;
import io.clipure.stream.app.Home;
import io.clipure.stream.app.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chaos}: breaks the service on purpose and accounts for every event. */
@Command(
    name = "chaos",
    header = "Breaks the service on purpose and accounts for every event.",
    description = {
      "Starts a real Kafka cluster in this process and the service in processes of its own, "
          + "publishes events, kills, stops and freezes what can be, and then compares what was "
          + "sent with what a read_committed consumer sees: ids, order, bytes. Ends with exit code "
          + "1 if anything was lost, doubled under exactly_once_v2, or out of order.%n",
      "The same seed gives the same events and the same faults after the same numbers of results; "
          + "which image is in flight at that moment differs.%n",
      "Examples:",
      "  clipure-stream chaos",
      "  clipure-stream chaos --only kill,mixed --guarantee exactly_once_v2 --seed 7%n"
    })
public final class ChaosCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Repeat with other seeds until this time is over (default: once through).")
  private int minutes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of events, faults and configurations (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--only",
      paramLabel = "FAULT",
      split = ",",
      description = "Only these scenarios (default: all).")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--guarantee",
      paramLabel = "NAME",
      description = "Only at_least_once or exactly_once_v2 (default: both).")
  private Variant.Guarantee guarantee;

  @Option(
      names = "--group-protocol",
      paramLabel = "NAME",
      description = "Only classic or streams (default: both).")
  private Variant.Protocol protocol;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep logs and configurations of the services here, an empty folder.")
  private Path keep;

  /** For picocli. */
  public ChaosCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Outcome> outcomes = new ArrayList<>();
    Path folder = folder();
    long until = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
    try (Lab lab =
        new Lab(Launcher.ofThisProgram(), Home.locate().demoBundle(), folder, out::println)) {
      long round = seed;
      do {
        for (Variant variant : new Plan(only, guarantee, protocol).variants(round)) {
          if (outcomes.isEmpty() || minutes == 0 || System.nanoTime() < until) {
            Outcome outcome = lab.run(variant);
            outcomes.add(outcome);
            ChaosTable.row(out, outcome);
          }
        }
        round++;
      } while (minutes > 0 && System.nanoTime() < until);
    } finally {
      // Also what was found before the harness itself failed.
      if (!outcomes.isEmpty()) {
        out.println();
        ChaosTable.print(out, outcomes);
      }
      if (keep == null) {
        Folders.delete(folder);
      }
    }
    boolean well = outcomes.stream().allMatch(outcome -> outcome.problems().isEmpty());
    return well ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private Path folder() throws IOException {
    if (keep == null) {
      return Files.createTempDirectory("clipure-chaos-");
    }
    Files.createDirectories(keep);
    try (var files = Files.list(keep)) {
      if (files.findAny().isPresent()) {
        throw new RefusedException("--keep " + keep + " is not empty; name a new folder");
      }
    }
    return keep.toAbsolutePath();
  }
}
