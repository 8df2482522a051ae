package io.clipure.stream.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: figures of this machine, always as ratios within one run. */
@Command(
    name = "bench",
    description = "Measures this machine, bundle and configuration.",
    subcommands = {
      BenchThroughputCommand.class,
      BenchInvarianceCommand.class,
      BenchPriorityCommand.class,
      BenchRescoreCommand.class,
      BenchOperatorsCommand.class,
      BenchSoakCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing required subcommand: throughput, invariance, priority, rescore, operators or soak");
  }
}
