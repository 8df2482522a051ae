package io.clipure.stream.app;

import io.clipure.stream.audit.AuditException;
import io.clipure.stream.clip.BundleException;
import io.clipure.stream.config.ConfigException;
import io.clipure.stream.policy.LabelSetException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into one clear line and an exit code. */
final class FailureReport implements IExecutionExceptionHandler {
  private static final int MOST_LINES = 10;
  private static final Logger LOG = LoggerFactory.getLogger(FailureReport.class);

  @Override
  public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
    List<String> refusals = refusals(failure);
    if (!refusals.isEmpty()) {
      refusals.stream()
          .limit(MOST_LINES)
          .forEach(refusal -> line.getErr().println("clipure-stream: " + refusal));
      if (refusals.size() > MOST_LINES) {
        line.getErr().println("clipure-stream: and " + (refusals.size() - MOST_LINES) + " more");
      }
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

  /** One line a problem, where the user can mend it; empty: a fault. */
  private static List<String> refusals(Exception failure) {
    if (failure instanceof ConfigException config) {
      return config.problems();
    }
    if (failure instanceof RefusedLinesException lines) {
      return lines.problems();
    }
    if (failure instanceof LabelSetException labels) {
      return labels.problems();
    }
    if (failure instanceof RefusedException
        || failure instanceof AuditException
        || failure instanceof BundleException) {
      return List.of(failure.getMessage());
    }
    return List.of();
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? "no message" : message.lines().findFirst().orElse("");
  }
}
