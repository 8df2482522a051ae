package io.clipure.stream.app;

import io.clipure.stream.clip.BundleException;
import io.clipure.stream.config.ConfigException;
import io.clipure.stream.policy.LabelSetException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into one clear line and an exit code. */
final class FailureReport implements IExecutionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FailureReport.class);

  @Override
  public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
    if (failure instanceof RefusedException
        || failure instanceof ConfigException
        || failure instanceof BundleException
        || failure instanceof LabelSetException) {
      line.getErr().println("clipure-stream: " + failure.getMessage());
      return ExitCode.REFUSED;
    }
    LOG.debug("the command failed", failure);
    line.getErr()
        .println(
            "clipure-stream: "
                + line.getCommandName()
                + " failed: "
                + failure.getClass().getSimpleName()
                + ": "
                + firstLine(failure)
                + " (--log-level debug shows where)");
    return ExitCode.FAULT;
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? "no message" : message.lines().findFirst().orElse("");
  }
}
