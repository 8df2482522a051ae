package io.clipure.stream.app;

import io.clipure.stream.audit.store.ContentStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code store}: what verdicts were made with, kept under its digest. */
@Command(
    name = "store",
    description = "Keeps bundles, label sets and calibrations by digest, for audits.",
    subcommands = {StoreCommand.Add.class, StoreCommand.ListAll.class},
    synopsisSubcommandLabel = "COMMAND")
public final class StoreCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand: add or list");
  }

  private static void print(CommandSpec spec, ContentStore.Entry entry) {
    spec.commandLine()
        .getOut()
        .printf(
            "%-11s %s  %s%n",
            entry.kind().title(), entry.digest(), SafeText.cut(SafeText.of(entry.name()), 80));
  }

  /** {@code store add}. */
  @Command(
      name = "add",
      header = "Puts bundles, label sets and calibrations into a store.",
      description = {
        "Verifies each thing and copies it to its digest: a folder is a model bundle, a file a"
            + " calibration or a label set. What is there already stays. Keep one for as long as"
            + " verdicts may have to be explained. With --published, also every label set that the"
            + " label-sets topic holds: do so often, for compaction takes all but the last of a"
            + " name.%n",
        "Examples:",
        "  clipure-stream store add --store /srv/models my-bundle/ my-labels.yaml mine.json",
        "  clipure-stream store add --store /srv/models --published --config app.properties%n"
      })
  static final class Add implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--store", paramLabel = "DIR", required = true, description = "The store.")
    private Path store;

    @Mixin private ConfigOptions configuration;

    @Option(names = "--published", description = "Every label set of the label-sets topic.")
    private boolean published;

    @Parameters(
        paramLabel = "PATH",
        arity = "0..*",
        description = "Bundle folders, label set files, calibration files.")
    private List<Path> paths = new ArrayList<>();

    @Override
    public Integer call() {
      if (paths.isEmpty() && !published) {
        throw new RefusedException(
            "nothing to add; name bundle folders, label sets or calibrations, or give --published");
      }
      ContentStore target = new ContentStore(store);
      paths.forEach(path -> print(spec, target.add(path)));
      if (published) {
        Set<String> seen = new HashSet<>();
        LabelSetsByDigest.each(
            configuration.load().requireCluster(),
            set -> {
              if (seen.add(set.digest())) {
                print(spec, target.add(set));
              }
              return true;
            });
      }
      return ExitCode.OK;
    }
  }

  /** {@code store list}. */
  @Command(
      name = "list",
      header = "Verifies what a store holds, and lists it.",
      description = "Reads every file of the store: slow for many bundles.")
  static final class ListAll implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--store", paramLabel = "DIR", required = true, description = "The store.")
    private Path store;

    @Override
    public Integer call() {
      Optional.of(store)
          .filter(Files::isDirectory)
          .orElseThrow(() -> new RefusedException(store + ": no such folder; store add makes one"));
      new ContentStore(store).entries().forEach(entry -> print(spec, entry));
      return ExitCode.OK;
    }
  }
}
