package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dead-letters requeue}: after a fix, back to the service. */
@Command(
    name = "requeue",
    header = "Sends dead letters back to be classified, each exactly once.",
    description = {
      "Sends the original key, value and headers back to the topic and partition the event came "
          + "from. What was sent back is written to a ledger topic "
          + "(topics.dead-letter-requeued, made if missing) in the same transaction, so that "
          + "neither a second run nor a crash nor a second operator sends it twice.%n",
      "Examples:",
      "  clipure-stream dead-letters requeue --config app.properties 0:42 1:7",
      "  clipure-stream dead-letters requeue --config app.properties --reason FETCH_FAILED --since "
          + "2h --dry-run%n"
    })
final class DeadLettersRequeueCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private DeadLetterSelection selection;

  @Parameters(
      paramLabel = "PARTITION:OFFSET",
      arity = "0..*",
      description = "These dead letters, as dead-letters list names them.")
  private List<String> named = List.of();

  @Option(names = "--all", description = "All dead letters.")
  private boolean all;

  @Option(names = "--dry-run", description = "Say what would be sent; send nothing.")
  private boolean dryRun;

  @Option(
      names = "--to",
      paramLabel = "TOPIC",
      description = "Send to this topic instead of the one each event came from.")
  private String to;

  @Option(
      names = "--again",
      description = "Send named dead letters even if they were sent back before.")
  private boolean again;

  private int matched;
  private int sent;
  private int skipped;
  private int impossible;

  @Override
  public Integer call() {
    AppConfig config = configuration.load().requireCluster();
    List<Position> positions = named.stream().map(Position::parse).distinct().sorted().toList();
    checkChoice(positions);
    try (DeadLetterTopic letters = DeadLetterTopic.open(config);
        DeadLetterTopic originals = DeadLetterTopic.open(config)) {
      RequeuePlan plan =
          new RequeuePlan(config, originals, Optional.ofNullable(to), Clock.systemUTC());
      // Refuse a position that is not there before any other run is fenced off.
      positions.forEach(letters::at);
      RequeueLedger ledger = new RequeueLedger(config, letters);
      if (dryRun) {
        Set<Position> done = ledger.read();
        each(letters, positions, letter -> consider(letter, done, plan, this::wouldSend));
      } else {
        send(config, letters, positions, plan, ledger);
      }
      if (matched == 0) {
        throw new RefusedException(
            "no dead letter in " + letters.name() + " matches; see dead-letters list");
      }
    }
    spec.commandLine().getOut().println(summary());
    return impossible > 0 ? ExitCode.FINDINGS : ExitCode.OK;
  }

  private void send(
      AppConfig config,
      DeadLetterTopic letters,
      List<Position> positions,
      RequeuePlan plan,
      RequeueLedger ledger) {
    if (ledger.ensure()) {
      spec.commandLine().getErr().println("clipure-stream: made topic " + ledger.name());
    }
    try (Requeue requeue =
        new Requeue(config, ledger, this::wasSent, this::cannotBeSent, () -> {})) {
      Set<Position> done = requeue.begin();
      each(letters, positions, letter -> consider(letter, done, plan, requeue::offer));
      requeue.finish();
    }
  }

  private void checkChoice(List<Position> positions) {
    boolean chosen = all || selection.hasReasons();
    if (positions.isEmpty() && !chosen) {
      throw new RefusedException(
          "which dead letters? name them (PARTITION:OFFSET), or give --reason CODE or --all");
    }
    if (!positions.isEmpty() && (all || selection.restricts())) {
      throw new RefusedException(
          "positions were named, so --all, --reason and the other choices have no say; leave them"
              + " or the positions out");
    }
    if (all && selection.hasReasons()) {
      throw new RefusedException("--all and --reason contradict each other; leave one out");
    }
    if (again && positions.isEmpty()) {
      throw new RefusedException(
          "--again sends a second time what was sent before, so it needs PARTITION:OFFSET");
    }
  }

  private void each(
      DeadLetterTopic letters, List<Position> positions, Consumer<DeadLetter> action) {
    if (!positions.isEmpty()) {
      positions.forEach(position -> action.accept(letters.at(position)));
      return;
    }
    DeadLetterSelection.Chosen chosen = selection.chosen();
    letters.each(
        chosen.since(),
        letter -> {
          if (chosen.matches(letter)) {
            action.accept(letter);
          }
        });
  }

  private void consider(
      DeadLetter letter,
      Set<Position> done,
      RequeuePlan plan,
      Consumer<RequeuePlan.Planned.Ready> send) {
    matched++;
    if (done.contains(letter.position()) && !again) {
      skipped++;
      return;
    }
    RequeuePlan.Planned planned = plan.plan(letter);
    if (planned instanceof RequeuePlan.Planned.Ready ready) {
      send.accept(ready);
    } else if (planned instanceof RequeuePlan.Planned.Impossible why) {
      cannotBeSent(why);
    }
  }

  private void wouldSend(RequeuePlan.Planned.Ready ready) {
    print("would send ", ready);
  }

  private void wasSent(RequeuePlan.Planned.Ready ready) {
    print("sent ", ready);
  }

  private void print(String what, RequeuePlan.Planned.Ready ready) {
    sent++;
    spec.commandLine()
        .getOut()
        .println(
            what
                + ready.letter().position()
                + " to "
                + ready.target()
                + "  "
                + SafeText.cut(SafeText.of(ready.letter().reason()), 40)
                + "  attempt "
                + ready.letter().attempt()
                + "  "
                + DeadLetterText.size(ready.bytes())
                + " bytes  "
                + SafeText.cut(SafeText.of(ready.record().key()), 40));
  }

  private void cannotBeSent(RequeuePlan.Planned.Impossible impossibleOne) {
    impossible++;
    spec.commandLine()
        .getErr()
        .println(
            "clipure-stream: "
                + impossibleOne.letter().position()
                + " is not sent: "
                + SafeText.of(impossibleOne.why()));
  }

  private String summary() {
    return (dryRun ? "Would send " : "Sent ")
        + sent
        + " of "
        + matched
        + " back; "
        + skipped
        + " already requeued, "
        + impossible
        + " cannot be sent";
  }
}
