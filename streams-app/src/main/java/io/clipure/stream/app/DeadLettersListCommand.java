package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dead-letters list}: what got no verdict, and why. */
@Command(
    name = "list",
    header = "Lists dead letters, a line each, and counts them by reason.",
    description = {
      "Reads the dead-letter topic from its beginning to where it ends now. It joins no consumer "
          + "group and commits nothing: looking changes nothing. BYTES in brackets: the letter "
          + "does not carry the value, it still stands where the event came from.%n",
      "Example:",
      "  clipure-stream dead-letters list --config app.properties --since 2h%n"
    })
final class DeadLettersListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;
  @Mixin private DeadLetterSelection selection;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Print the first N; the counts are of all that match.")
  private Integer limit;

  @Option(names = "--json", description = "One JSON object a line; the counts go to stderr.")
  private boolean asJson;

  private final Map<String, Integer> byReason = new TreeMap<>();
  private final DeadLetterText text = new DeadLetterText();
  private int read;
  private int matched;
  private int requeued;

  @Override
  public Integer call() {
    AppConfig config = configuration.load().requireCluster();
    if (limit != null && limit < 0) {
      throw new RefusedException("--limit=" + limit + ", expected 0 or more");
    }
    DeadLetterSelection.Chosen chosen = selection.chosen();
    PrintWriter out = spec.commandLine().getOut();
    boolean terminal = spec.commandLine().getColorScheme().ansi().enabled();
    int width = terminal ? spec.usageMessage().width() : 0;
    try (DeadLetterTopic letters = DeadLetterTopic.open(config)) {
      Set<Position> done = new RequeueLedger(config, letters).read();
      letters.each(
          chosen.since(),
          letter -> {
            read++;
            if (!chosen.matches(letter)) {
              return;
            }
            boolean sentBack = done.contains(letter.position());
            requeued += sentBack ? 1 : 0;
            byReason.merge(letter.reason(), 1, Integer::sum);
            if (limit == null || matched < limit) {
              if (matched == 0 && !asJson) {
                out.println(DeadLetterText.header(width));
              }
              out.println(
                  asJson
                      ? text.json(letter, sentBack)
                      : DeadLetterText.line(letter, sentBack, width));
            }
            matched++;
          });
      (asJson ? spec.commandLine().getErr() : out).println(summary(letters.name()));
    }
    return ExitCode.OK;
  }

  private String summary(String topic) {
    return matched
        + (selection.restricts() ? " of the " + read : "")
        + (matched == 1 && !selection.restricts() ? " dead letter" : " dead letters")
        + (selection.restricts() ? " read in " : " in ")
        + topic
        + (byReason.isEmpty()
            ? ""
            : ": "
                + byReason.entrySet().stream()
                    .map(
                        entry ->
                            entry.getValue() + " " + SafeText.cut(SafeText.of(entry.getKey()), 40))
                    .collect(Collectors.joining(", ")))
        + "; "
        + requeued
        + " already requeued"
        + (limit != null && matched > limit ? "; " + (matched - limit) + " not shown" : "");
  }
}
