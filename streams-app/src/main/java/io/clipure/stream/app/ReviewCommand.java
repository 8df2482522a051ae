package io.clipure.stream.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code review}: people look at verdicts, and what follows from it. */
@Command(
    name = "review",
    description = "Takes verdicts to people and their decisions back.",
    subcommands = {ReviewExportCommand.class, ReviewImportCommand.class, ReviewReportCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class ReviewCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing required subcommand: export, import or report");
  }
}
