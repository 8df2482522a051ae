package io.clipure.stream.app;

import io.clipure.stream.app.chaos.ChaosCommand;
import io.clipure.stream.ops.logs.LogFormat;
import java.io.PrintWriter;
import java.security.Security;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Root of the command line. */
@Command(
    name = "clipure-stream",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Streaming image moderation: image events in from Kafka, verdicts of CLIPure-purified"
          + " zero-shot CLIP out to Kafka, and nothing lost between."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, and all is well",
      "1:done, and something was found: an image rejected, an event unaccounted for",
      "2:refused: wrong usage, configuration, model bundle or label set (one line says which)",
      "3:done, and a budget set by --fail-if is broken",
      "70:a fault of the program or of something it depends on",
      "75:told to stop, and ended before all was drained; the rest will be read again"
    },
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      HealthCommand.class,
      PublishCommand.class,
      ClassifyCommand.class,
      CalibrateCommand.class,
      ReplayCommand.class,
      RescoreCommand.class,
      LabelsCommand.class,
      DeadLettersCommand.class,
      BundleCommand.class,
      BenchCommand.class,
      VerifyCommand.class,
      ExplainCommand.class,
      StoreCommand.class,
      ReviewCommand.class,
      RedteamCommand.class,
      DiffCommand.class,
      ChaosCommand.class
    })
public final class Main {
  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description =
          "Log level on stderr: error, warn, info, debug or trace (default: warn; run: info).",
      scope = ScopeType.INHERIT)
  private Logging.Level logLevel;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "How log lines look: plain or json (default: key log.format).",
      scope = ScopeType.INHERIT)
  private LogFormat logFormat;

  private Main() {}

  /** Entry point. */
  public static void main(String[] args) {
    // The JDK remembers for 10 s that a name was not found: longer than a fetch waits to try again.
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    int code = execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
    Logging.flush();
    // Streams, DJL and the embedded broker may leave threads of their own behind.
    System.exit(code);
  }

  /** Runs one command line and returns its exit code; prints nothing outside the two writers. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine line =
        new CommandLine(main)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setExecutionExceptionHandler(new FailureReport());
    line.setExecutionStrategy(
        parsed -> {
          Logging.configure(main.logLevel, main.logFormat, parsed);
          return new CommandLine.RunLast().execute(parsed);
        });
    return line.execute(args);
  }
}
