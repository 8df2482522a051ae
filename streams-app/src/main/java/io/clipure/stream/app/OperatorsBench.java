package io.clipure.stream.app;

import com.sun.management.OperatingSystemMXBean;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.ops.metrics.Meters;
import io.clipure.stream.topology.LabelledEvent;
import io.clipure.stream.topology.Listeners;
import io.clipure.stream.topology.ModerationListener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The service with and without what operators see of it. */
final class OperatorsBench {
  /** As often as Prometheus is usually told to, at most. */
  private static final Duration SCRAPE = Duration.ofSeconds(5);

  private static final int KEPT = 256;

  /**
   * What a round saw, in its second half.
   *
   * @param cpuMicros processor time an image, of the whole process, microseconds
   * @param imagesPerSecond verdicts a second
   */
  record Round(double cpuMicros, double imagesPerSecond) {}

  private final Home home;
  private final List<byte[]> images;
  private final int count;
  private final Queue<LabelledEvent> seen = new ConcurrentLinkedQueue<>();

  /**
   * Creates the bench.
   *
   * @param count events a round
   */
  OperatorsBench(Home home, List<byte[]> images, int count) {
    this.home = home;
    this.images = images;
    this.count = count;
  }

  /** A round without any of it; what was to be told is kept for {@link #tellNanos}. */
  Round without(AppConfig config) throws Exception {
    return round(
        config,
        new ModerationListener() {
          @Override
          public void labelled(LabelledEvent event) {
            if (seen.size() < KEPT) {
              seen.add(event);
            }
          }
        },
        service -> {});
  }

  /** A round with all of it as configured, scraped as by Prometheus. */
  Round with(AppConfig config) throws Exception {
    ScheduledExecutorService prometheus = Executors.newSingleThreadScheduledExecutor();
    try (Operations operations = Operations.open(config)) {
      URI metrics = URI.create(operations.address().orElseThrow() + "/metrics");
      HttpClient client = HttpClient.newHttpClient();
      prometheus.scheduleAtFixedRate(
          () -> scrape(client, metrics), 0, SCRAPE.toMillis(), TimeUnit.MILLISECONDS);
      return round(config, operations.listener(), operations::serving);
    } finally {
      prometheus.shutdownNow();
    }
  }

  private static void scrape(HttpClient client, URI metrics) {
    try {
      client.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.discarding());
    } catch (IOException e) {
      throw new IllegalStateException("the service was not to be scraped", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Serving {
    void serving(Service service);
  }

  private Round round(AppConfig config, ModerationListener listener, Serving serving)
      throws Exception {
    PipelineBench.publish(config, images, count);
    try (Service service = Service.start(config, home, listener, () -> {});
        OutputReader outputs = new OutputReader(config)) {
      serving.serving(service);
      int before = await(service, outputs, count / 2);
      long cpu = cpuNanos();
      long start = System.nanoTime();
      int half = await(service, outputs, count - before);
      double nanos = System.nanoTime() - start;
      return new Round((cpuNanos() - cpu) / 1e3 / half, half * 1e9 / nanos);
    }
  }

  private static int await(Service service, OutputReader outputs, int results) {
    int[] got = {0};
    while (got[0] < results) {
      outputs.poll(
          Duration.ofMillis(100),
          output -> got[0] += output.topic() == Account.Topic.LABELLED ? 1 : 0);
      if (service.failed()) {
        throw new IllegalStateException(service.lastWords().orElse("the service failed"));
      }
    }
    return got[0];
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Nanoseconds that telling the meters of one verdict takes a stream thread. */
  double tellNanos() {
    List<LabelledEvent> events = List.copyOf(seen);
    try (Meters meters = new Meters()) {
      ModerationListener told =
          new Listeners(List.of(new VerdictMeters(meters, Clock.systemUTC(), false, false)));
      double nanos = 0;
      int repeats = 1_000_000 / events.size();
      for (int pass = 0; pass < 3; pass++) {
        long start = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
          for (LabelledEvent event : events) {
            told.labelled(event);
          }
        }
        nanos = (double) (System.nanoTime() - start) / ((long) repeats * events.size());
      }
      return nanos;
    }
  }
}
