package io.clipure.stream.app;

import io.clipure.schemas.FlagKind;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.batching.BatchingStats;
import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;

/** One demo from the first published event to the account at its end. */
final class DemoRun {
  /** A run that makes no progress for this long has lost something or hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final AppConfig config;
  private final Home home;
  private final List<Path> files;
  private final int count;
  private final Truth truth;
  private final Operations operations;
  private final PrintWriter out;
  private final DemoTable table;
  private final LiveLine live;

  private final Account account = new Account();
  private final TreeMap<String, Integer> decisions = new TreeMap<>();
  private final TreeMap<String, Integer> deadLetterReasons = new TreeMap<>();
  private int known;
  private int right;
  private long firstVerdictNanos;
  private long lastVerdictNanos;

  DemoRun(
      AppConfig config,
      Home home,
      List<Path> files,
      int count,
      Truth truth,
      int rows,
      Operations operations,
      CommandLine line) {
    this.config = config;
    this.home = home;
    this.files = files;
    this.count = count;
    this.truth = truth;
    this.operations = operations;
    this.out = line.getOut();
    CommandLine.Help.Ansi ansi = line.getColorScheme().ansi();
    this.table = new DemoTable(out, ansi, rows);
    this.live = new LiveLine(line.getErr(), ansi);
  }

  /** What goes on with the service once the account is made up. */
  interface Sequel {
    void run(Service service) throws IOException, InterruptedException;
  }

  /**
   * Runs the demo; returns its exit code.
   *
   * @param sequel empty: the service is stopped before the account is made up
   */
  int execute(boolean json, Optional<Sequel> sequel)
      throws IOException, InterruptedException, ExecutionException {
    List<String> findings;
    try (Service service =
            Service.start(config, home, operations.listener(), operations::verified);
        OutputReader outputs = new OutputReader(config);
        live) {
      operations.serving(service);
      if (!json) {
        out.println(
            "Publishing " + count + " image events (" + files.size() + " files); " + service);
        out.println();
        table.header();
      }
      List<String> ids = ids();
      CompletableFuture<List<String>> publishing =
          CompletableFuture.supplyAsync(() -> publish(ids));
      boolean complete = read(service, outputs, publishing, ids.size());
      List<String> unpublished = publishing.isDone() ? publishing.get() : List.of();
      if (sequel.isEmpty()) {
        operations.stopping();
        service.stop();
      }
      // What the service committed last, and doubles if there are any.
      outputs.readToEnd(this::book);
      List<String> published = new ArrayList<>(ids);
      findings = account.findings(published);
      findings.addAll(unpublished);
      if (!complete) {
        findings.add(service.lastWords().orElse("no progress for " + PATIENCE.toSeconds() + " s"));
      }
      live.clear();
      Summary summary = summary(service.batching(), published.size(), findings);
      if (json) {
        out.println(summary.json());
      } else {
        summary.print(out, topicNames());
      }
      if (sequel.isPresent() && findings.isEmpty()) {
        sequel.get().run(service);
        operations.stopping();
        service.stop();
      }
    }
    return findings.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private List<String> ids() {
    List<String> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(
          String.format(Locale.ROOT, "%06d/%s", i + 1, files.get(i % files.size()).getFileName()));
    }
    return ids;
  }

  /** Publishes all events; returns what went wrong, one sentence each. */
  private List<String> publish(List<String> ids) {
    List<String> failures = new ArrayList<>();
    try (ImagePublisher publisher = Clients.publisher(config)) {
      for (int i = 0; i < ids.size(); i++) {
        ByteBuffer data = ByteBuffer.wrap(Files.readAllBytes(files.get(i % files.size())));
        publisher.send(
            ImageEvent.newBuilder()
                .setId(ids.get(i))
                .setContent(new InlineImage(data))
                .setSource("demo")
                .setUploadedAt(Instant.now())
                .build());
      }
      publisher.flush();
      if (publisher.failed() > 0) {
        failures.add(
            publisher.failed()
                + " events could not be published: "
                + publisher.firstFailure().getMessage());
      }
    } catch (IOException e) {
      failures.add("publishing stopped: " + e);
    }
    return failures;
  }

  private boolean read(
      Service service, OutputReader outputs, CompletableFuture<List<String>> publishing, int due) {
    long quietSince = System.nanoTime();
    while (account.settled() < due || !account.flagsSettled()) {
      int before = account.settled();
      outputs.poll(Duration.ofMillis(100), this::book);
      long now = System.nanoTime();
      if (account.settled() > before) {
        quietSince = now;
      }
      live.show(account.settled(), due, service.status());
      boolean stalled = now - quietSince > PATIENCE.toNanos();
      if (stalled || service.failed() || (publishing.isDone() && publishingFailed(publishing))) {
        return false;
      }
    }
    return true;
  }

  private static boolean publishingFailed(CompletableFuture<List<String>> publishing) {
    return publishing.isCompletedExceptionally() || !publishing.join().isEmpty();
  }

  private void book(OutputReader.Output output) {
    account.book(output.topic(), output.id());
    String image = output.id().substring(output.id().indexOf('/') + 1);
    switch (output.topic()) {
      case LABELLED -> {
        verdictArrived();
        labelled(image, output.labelled());
      }
      case DEAD_LETTER -> {
        verdictArrived();
        deadLetterReasons.merge(output.reason(), 1, Integer::sum);
        live.clear();
        table.deadLetter(image, output.reason(), output.message());
      }
      case LOW_CONFIDENCE, ADVERSARIAL -> {
        // Copies; the labelled record has been shown.
      }
    }
  }

  private void labelled(String image, LabelledImage event) {
    decisions.merge(event.getDecision().name(), 1, Integer::sum);
    event
        .getFlags()
        .forEach(
            flag ->
                account.expect(
                    flag.getKind() == FlagKind.LOW_CONFIDENCE
                        ? Account.Topic.LOW_CONFIDENCE
                        : Account.Topic.ADVERSARIAL));
    truth
        .of(image)
        .ifPresent(
            label -> {
              known++;
              if (label.equals(event.getTopLabel())) {
                right++;
              }
            });
    live.clear();
    table.labelled(image, event);
  }

  private void verdictArrived() {
    lastVerdictNanos = System.nanoTime();
    if (firstVerdictNanos == 0) {
      firstVerdictNanos = lastVerdictNanos;
    }
  }

  private Summary summary(BatchingStats batching, long published, List<String> findings) {
    double seconds = Math.max(1e-9, (lastVerdictNanos - firstVerdictNanos) / 1e9);
    return new Summary(
        published,
        account.count(Account.Topic.LABELLED),
        decisions,
        account.count(Account.Topic.LOW_CONFIDENCE),
        account.count(Account.Topic.ADVERSARIAL),
        account.count(Account.Topic.DEAD_LETTER),
        deadLetterReasons,
        account.settled() / seconds,
        batching.fill(),
        batching.batches() == 0 ? 0 : (double) batching.items() / batching.batches(),
        known,
        right,
        findings);
  }

  private Map<String, String> topicNames() {
    return Map.of(
        "images", config.topics().images(),
        "labelled", config.topics().labelled(),
        "low-confidence", config.topics().lowConfidence(),
        "adversarial", config.topics().adversarial(),
        "dead-letter", config.topics().deadLetter());
  }
}
