package io.clipure.stream.app;

import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetYaml;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code labels check}: is a label set sound, and does the model know its words? */
@Command(name = "check", description = "Checks a label set.")
final class LabelsCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "Label set, YAML.")
  private Path file;

  @Override
  public Integer call() {
    LabelSet labels = LabelSetYaml.load(file);
    spec.commandLine().getOut().println(labels.name());
    return ExitCode.OK;
  }
}
