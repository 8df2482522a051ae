package io.clipure.stream.app;

import io.clipure.stream.clip.EncoderOptions;
import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.clip.TextEncoder;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetReport;
import io.clipure.stream.policy.LabelSetYaml;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code labels check}: is a label set sound, and does the model know its words? */
@Command(
    name = "check",
    header = "Finds what is wrong with a label set.",
    description = {
      "Checks a label set: every mistake is named with its line. With --bundle it also "
          + "names words the model's text encoder never saw, and the prompts it can hardly "
          + "tell apart. Exit code 1 if there are warnings."
    })
final class LabelsCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "Label set, YAML.")
  private Path file;

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description = "Model bundle to check the prompts against.")
  private Path bundle;

  @Override
  public Integer call() {
    LabelSet labels = LabelSetYaml.load(file);
    LabelSetReport report = bundle == null ? LabelSetReport.of(labels) : under(labels);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s: sound, digest %s%n", labels.name(), labels.digest());
    out.printf(
        "%d labels, %d prompts; by action %s; by group %s%n",
        labels.labels().size(), report.prompts(), report.labelsByAction(), report.labelsByGroup());
    for (LabelSetReport.PromptPair pair : report.nearestPrompts()) {
      out.printf(
          Locale.ROOT,
          "near: \"%s\" (%s) and \"%s\" (%s), cosine %.3f%n",
          pair.prompt(),
          pair.label(),
          pair.otherPrompt(),
          pair.otherLabel(),
          pair.cosine());
    }
    report.warnings().forEach(warning -> out.println("warning: " + warning));
    return report.warnings().isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private LabelSetReport under(LabelSet labels) {
    ModelBundle model = ModelBundle.open(bundle);
    try (TextEncoder encoder = model.openTextEncoder("cpu", EncoderOptions.defaults())) {
      return LabelSetReport.of(labels, model.info(), encoder);
    }
  }
}
