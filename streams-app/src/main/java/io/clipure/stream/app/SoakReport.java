package io.clipure.stream.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a soak run saw.
 *
 * @param findings what went wrong, one sentence each
 */
record SoakReport(
    List<Sample> samples,
    long published,
    long labelled,
    long deadLetters,
    long twice,
    List<String> findings) {

  /**
   * One look at the service.
   *
   * @param seconds since it was running
   * @param heap MiB in use after the latest collection
   * @param resident MiB
   * @param backlog events published and not yet out
   * @param rate images out a second since the sample before
   */
  record Sample(
      double seconds, double heap, double resident, double threads, long backlog, double rate) {}

  /** Writes soak.csv and soak.svg. */
  void write(Path folder) throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of("seconds,heap_after_gc_mib,rss_mib,threads,backlog,images_per_second"));
    for (Sample one : samples) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%.1f,%.0f,%.1f,%.0f,%d,%.1f",
              one.seconds(),
              one.heap(),
              one.resident(),
              one.threads(),
              one.backlog(),
              one.rate()));
    }
    Files.write(folder.resolve("soak.csv"), lines);
    Files.writeString(
        folder.resolve("soak.svg"),
        new SoakGraph(
                "Service under saturation, MiB over minutes",
                samples.stream().mapToDouble(one -> one.seconds() / 60).toArray())
            .line("resident", "#c0392b", column(Sample::resident))
            .line("heap after collection", "#2471a3", column(Sample::heap))
            .svg());
  }

  /** The verdict. */
  void print(PrintWriter out, String heap, Path folder) {
    double minutes = samples.isEmpty() ? 0 : samples.get(samples.size() - 1).seconds() / 60;
    out.printf(
        Locale.ROOT,
        "soak: %.1f min at -Xmx%s; %d published, %d labelled, %d dead letters, %d came twice,"
            + " %.0f images/s; restarts 0%n",
        minutes,
        heap,
        published,
        labelled,
        deadLetters,
        twice,
        (labelled + deadLetters) / Math.max(1e-9, minutes * 60));
    out.printf(
        Locale.ROOT,
        "last two thirds: heap after collection %s, resident %s; peaks: heap %.0f MiB, resident"
            + " %.0f MiB, %.0f threads%n",
        slope(Sample::heap),
        slope(Sample::resident),
        peak(Sample::heap),
        peak(Sample::resident),
        peak(Sample::threads));
    findings.forEach(finding -> out.println("FOUND: " + finding));
    out.println("soak.csv, soak.svg, service.log and gc.log are in " + folder);
  }

  private String slope(ToDoubleFunction<Sample> value) {
    List<Sample> late = samples.subList(samples.size() / 3, samples.size());
    Slope slope =
        Slope.of(
            late.stream().mapToDouble(one -> one.seconds() / 3600).toArray(),
            late.stream().mapToDouble(value).toArray());
    return String.format(Locale.ROOT, "%+.0f ± %.0f MiB/h", slope.perUnit(), slope.error());
  }

  private double peak(ToDoubleFunction<Sample> value) {
    return samples.stream()
        .mapToDouble(value)
        .filter(one -> !Double.isNaN(one))
        .max()
        .orElse(Double.NaN);
  }

  private double[] column(ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).toArray();
  }
}
