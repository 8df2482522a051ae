package io.clipure.stream.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code labels}: check a label set, or publish it to running services. */
@Command(
    name = "labels",
    description = "Checks and publishes label sets.",
    subcommands = {LabelsCheckCommand.class, LabelsPublishCommand.class},
    synopsisSubcommandLabel = "COMMAND")
final class LabelsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing required subcommand: check or publish");
  }
}
