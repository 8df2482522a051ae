package io.clipure.stream.app;

import io.clipure.stream.clip.ModelBundle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bundle}: what a model bundle is, and whether it is whole. */
@Command(
    name = "bundle",
    description = "Looks at model bundles.",
    subcommands = BundleCommand.Inspect.class,
    synopsisSubcommandLabel = "COMMAND")
final class BundleCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "Missing required subcommand: inspect");
  }

  /** {@code bundle inspect}. */
  @Command(
      name = "inspect",
      header = "Verifies a model bundle and says what it is.",
      description = {
        "Verifies a bundle's files against its manifest and prints what it is: model, "
            + "sizes, digests, licence, provenance, measured accuracy, vocabulary."
      })
  static final class Inspect implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        paramLabel = "DIR",
        arity = "0..1",
        description = "Bundle folder (default: the demo's emoji bundle).")
    private Path directory;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
      Path folder = directory == null ? Home.locate().demoBundle() : directory;
      ModelBundle bundle = ModelBundle.open(folder);
      spec.commandLine().getOut().println(BundleText.of(bundle, json));
      return ExitCode.OK;
    }
  }
}
