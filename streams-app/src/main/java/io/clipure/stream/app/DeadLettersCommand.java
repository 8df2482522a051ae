package io.clipure.stream.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dead-letters}: look at events that got no verdict, and send them back. */
@Command(
    name = "dead-letters",
    description = "Lists, shows and sends back events that got no verdict.",
    subcommands = {
      DeadLettersListCommand.class,
      DeadLettersShowCommand.class,
      DeadLettersRequeueCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class DeadLettersCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing required subcommand: list, show or requeue");
  }
}
