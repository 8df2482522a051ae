package io.clipure.stream.app;

import io.clipure.schemas.ConfluentSerdes;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.rescore.Drift;
import io.clipure.stream.audit.rescore.Rescorer;
import io.clipure.stream.topology.Rescored;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongUnaryOperator;
import org.apache.kafka.common.serialization.Serde;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench rescore}: what judging a stored embedding anew costs, and where the time goes. */
@Command(
    name = "rescore",
    header = "Results judged anew a second, without a broker.",
    description = {
      "Decodes labelled images, judges their stored embeddings and encodes the new results, all in"
          + " memory: what rescore costs a core besides Kafka. The prompts are random vectors and each"
          + " embedding is near one of them: the work is the same.%n"
    })
final class BenchRescoreCommand implements Callable<Integer> {
  /** The best of so many counts: neighbours on the machine only ever make it slower. */
  private static final int ROUNDS = 10;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;

  @Option(
      names = "--prompts",
      paramLabel = "N",
      defaultValue = "50",
      description = "Labels with a prompt each (default: ${DEFAULT-VALUE}).")
  private int prompts;

  @Option(
      names = "--dimension",
      paramLabel = "N",
      defaultValue = "512",
      description = "Width of an embedding; ViT-B/32: 512 (default: ${DEFAULT-VALUE}).")
  private int dimension;

  @Option(
      names = "--views",
      paramLabel = "PLAN",
      defaultValue = "none",
      description = "Views stored besides each image, as suspicion.views (default: none).")
  private String views;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads at work at once (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Length of each measurement (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Then rescore so many on an embedded broker in this process, exactly once; 0: do not"
              + " (default: ${DEFAULT-VALUE}).")
  private int records;

  @Override
  public Integer call() throws InterruptedException {
    if (prompts < 2 || dimension < 2 || threads < 1 || seconds < 1) {
      throw new RefusedException(
          "bench rescore needs at least 2 prompts, 2 dimensions, 1 thread and 1 second");
    }
    RescoreBench bench = RescoreBench.of(configuration.load(), prompts, dimension, views);
    Map<String, String> registry = Map.of("schema.registry.url", "mock://bench-rescore");
    PrintWriter out = spec.commandLine().getOut();
    try (Serde<LabelledImage> serde = ConfluentSerdes.labelledImage(registry)) {
      List<byte[]> written = new ArrayList<>();
      List<LabelledImage> results = bench.results(256);
      for (LabelledImage image : results) {
        written.add(serde.serializer().serialize("labelled", image));
      }
      long flagged = results.stream().filter(image -> !image.getFlags().isEmpty()).count();
      double bytes = written.stream().mapToInt(record -> record.length).average().orElseThrow();
      out.printf(
          Locale.ROOT,
          "%d prompts x %d dimensions, %d embeddings an image, purifier %s: %.0f bytes a result,"
              + " %.1f %% flagged%n",
          prompts,
          dimension,
          bench.embeddings(),
          bench.purifier(),
          bytes,
          100.0 * flagged / results.size());
      Work work = new Work(serde, bench.rescorer(new Drift(System::nanoTime)), written);
      stage("decode", work::decode);
      stage("judge", work::judge);
      stage("encode", work::encode);
      double all = stage("all three", work::all);
      double together = together(work);
      out.printf(
          Locale.ROOT,
          "%d threads at once: %,.0f results a second of their own time (%.2f times one thread)%n",
          threads,
          together,
          together / all);
    }
    return records == 0 ? ExitCode.OK : onBroker(bench);
  }

  private int onBroker(RescoreBench bench) throws InterruptedException {
    RescoreBrokerBench.Result result = new RescoreBrokerBench(bench, threads).run(records);
    double micros = 1e6 / Math.max(1, result.totals().judged());
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "with a broker in this process, %d stream threads, exactly once: %,d results in %.1f s,"
                + " %,.0f/s; %d unaccounted, %d doubled%n"
                + "us of one core a result: %.1f stream threads and clients, %.1f garbage"
                + " collection and compilers of the whole process, %.1f broker; without the"
                + " broker's %,.0f/s on two cores%n",
            threads,
            result.totals().judged(),
            result.totals().seconds(),
            result.totals().judged() / result.totals().seconds(),
            result.account().unaccounted(),
            result.account().doubled(),
            result.rescore() * micros,
            result.jvm() * micros,
            result.broker() * micros,
            2e6 / ((result.rescore() + result.jvm()) * micros));
    return result.account().complete() && result.account().exactlyOnce()
        ? ExitCode.OK
        : ExitCode.FINDINGS;
  }

  private double stage(String name, LongUnaryOperator work) {
    run(work, seconds / 2.0); // warm-up
    double perSecond = 0;
    for (int round = 0; round < ROUNDS; round++) {
      perSecond = Math.max(perSecond, run(work, (double) seconds / ROUNDS));
    }
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%-10s %7.2f us of one core a result, %,10.0f/s%n",
            name,
            1e6 / perSecond,
            perSecond);
    return perSecond;
  }

  private double together(Work work) {
    List<CompletableFuture<Double>> runs = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      runs.add(
          CompletableFuture.supplyAsync(
              () -> run(work::all, seconds), task -> new Thread(task, "bench").start()));
    }
    return runs.stream().mapToDouble(CompletableFuture::join).sum();
  }

  /** Times a second of this thread's own time: others may be at work on the machine. */
  private static double run(LongUnaryOperator work, double seconds) {
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long cpu = thread.getCurrentThreadCpuTime();
    long began = System.nanoTime();
    long until = began + (long) (1e9 * seconds);
    long now = began;
    long count = 0;
    long sum = 0;
    while (now < until) {
      for (int i = 0; i < 64; i++) {
        sum += work.applyAsLong(count++);
      }
      now = System.nanoTime();
    }
    if (sum == Long.MIN_VALUE) {
      throw new IllegalStateException("keeps the work from being optimised away");
    }
    return count / ((thread.getCurrentThreadCpuTime() - cpu) / 1e9);
  }

  /** The stages, each by the number of the result; they return something of what they made. */
  private record Work(
      Serde<LabelledImage> serde,
      Rescorer rescorer,
      List<byte[]> records,
      List<LabelledImage> decoded) {
    Work(Serde<LabelledImage> serde, Rescorer rescorer, List<byte[]> records) {
      this(
          serde,
          rescorer,
          records,
          records.stream().map(r -> serde.deserializer().deserialize("labelled", r)).toList());
    }

    private int index(long i) {
      return (int) (i % records.size());
    }

    long decode(long i) {
      return serde.deserializer().deserialize("labelled", records.get(index(i))).getId().length();
    }

    long judge(long i) {
      return judged(decoded.get(index(i))).getScores().size();
    }

    long encode(long i) {
      return serde.serializer().serialize("labelled", decoded.get(index(i))).length;
    }

    long all(long i) {
      LabelledImage before = serde.deserializer().deserialize("labelled", records.get(index(i)));
      return serde.serializer().serialize("labelled", judged(before)).length;
    }

    private LabelledImage judged(LabelledImage before) {
      return ((Rescored.Judged) rescorer.apply(before)).result();
    }
  }
}
