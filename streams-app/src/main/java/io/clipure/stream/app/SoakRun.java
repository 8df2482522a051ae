package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.app.chaos.RegistryServer;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Keeps the service's backlog full and takes its results away, so that neither disk nor this
 * process grows, while it looks at the service every two seconds.
 *
 * <p><b>Threading</b>: {@link #execute} reads and samples on its caller's thread; one thread of its
 * own publishes.
 */
final class SoakRun {
  private static final int PARTITIONS = 4;
  private static final Duration SAMPLE_EVERY = Duration.ofSeconds(2);

  /** A run that settles nothing for this long has lost something, hangs, or never started. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Unread events, in count and bytes; the bytes are less than a partition keeps. */
  private static final long MOST_BACKLOG = 1_500;

  private static final long MOST_BACKLOG_BYTES = 128L << 20;
  private static final long RETENTION_BYTES = 192L << 20;
  private static final long SEGMENT_BYTES = 48L << 20;

  /** Old segments go soon after they are read. */
  static final EmbeddedBroker.Options BROKER =
      new EmbeddedBroker.Options(
          "PLAINTEXT", Map.of("log.retention.check.interval.ms", "5000"), Map.of());

  private final Path jar;
  private final String heap;
  private final Path folder;
  private final LiveLine live;
  private final AppConfig config;
  private final Path configFile;
  private final SoakImages images;

  private final AtomicLong published = new AtomicLong();
  private final AtomicLong publishedBytes = new AtomicLong();
  private final AtomicLong settled = new AtomicLong();
  private final AtomicLong settledBytes = new AtomicLong();

  private final BitSet labelled = new BitSet();
  private final BitSet deadLetters = new BitSet();
  private final Map<Integer, Long> sizes = new ConcurrentHashMap<>();
  private long twice;

  SoakRun(
      EmbeddedBroker broker,
      RegistryServer registry,
      Path jar,
      String heap,
      Path folder,
      long seed,
      Map<String, String> settings,
      LiveLine live)
      throws IOException {
    this.jar = jar;
    this.heap = heap;
    this.folder = folder;
    this.live = live;
    Map<String, String> keys = new HashMap<>(settings);
    keys.put("kafka.bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", registry.url());
    keys.putIfAbsent("ops.port", "0");
    this.config = AppConfig.load(List.of(ConfigSource.values("bench soak", keys)));
    this.configFile = folder.resolve("soak.properties");
    Properties properties = new Properties();
    keys.forEach(properties::setProperty);
    try (var out = Files.newBufferedWriter(configFile)) {
      properties.store(out, null);
    }
    this.images = new SoakImages(Home.locate().demoFolder(), seed);
    TopicSetup.create(
        broker,
        config,
        PARTITIONS,
        Map.of(
            TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(RETENTION_BYTES),
            TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(SEGMENT_BYTES),
            TopicConfig.FILE_DELETE_DELAY_MS_CONFIG, "1000"));
  }

  /** Runs for so long from the first result on, then waits until all that was published is out. */
  SoakReport execute(Duration length) throws IOException, InterruptedException {
    List<SoakReport.Sample> samples = new ArrayList<>();
    List<String> findings = new ArrayList<>();
    AtomicBoolean enough = new AtomicBoolean();
    boolean quiet = false;
    try (SoakService service = new SoakService(jar, heap, configFile, folder);
        Consumer<byte[], byte[]> results = results()) {
      CompletableFuture<Void> publishing =
          CompletableFuture.runAsync(() -> publish(enough, service));
      long start = 0;
      long nextSample = 0;
      long quietSince = System.nanoTime();
      long before = 0;
      while (!(publishing.isDone() && settled.get() >= published.get())) {
        int count = read(results);
        long now = System.nanoTime();
        if (count > 0) {
          quietSince = now;
          if (start == 0) {
            start = now;
            nextSample = now;
            before = settled.get();
          }
        }
        enough.set(start != 0 && now - start > length.toNanos());
        if (start != 0 && now >= nextSample && !publishing.isDone()) {
          samples.add(sample(service, (now - start) / 1e9, settled.get() - before));
          before = settled.get();
          nextSample = now + SAMPLE_EVERY.toNanos();
        }
        if (!service.alive()) {
          findings.add(
              "the service ended with code " + service.exitCode() + ": " + service.lastWords());
          break;
        }
        quiet = now - quietSince > PATIENCE.toNanos();
        if (quiet || publishing.isCompletedExceptionally()) {
          break;
        }
      }
      enough.set(true);
      publishing
          .handle((done, failure) -> failure)
          .completeOnTimeout(null, 1, TimeUnit.MINUTES)
          .thenAccept(
              failure -> {
                if (failure != null) {
                  findings.add("publishing failed: " + Clients.reasons(failure));
                }
              })
          .join();
      if (service.alive() && !service.stop()) {
        findings.add("the service did not drain and end with 0 when told to stop");
      }
      readToEnd(results);
    }
    long missing = published.get() - settled.get();
    if (missing > 0) {
      findings.add(
          (quiet ? "nothing came out for " + PATIENCE.toSeconds() + " s: " : "")
              + missing
              + " published events came out nowhere, the first: "
              + id(firstMissing()));
    }
    return new SoakReport(
        samples,
        published.get(),
        labelled.cardinality(),
        deadLetters.cardinality(),
        twice,
        findings);
  }

  private SoakReport.Sample sample(SoakService service, double seconds, long settledSince)
      throws IOException {
    SoakReport.Sample sample =
        new SoakReport.Sample(
            seconds,
            service.heapAfterCollection(),
            service.resident(),
            service.threads(),
            published.get() - settled.get(),
            settledSince * 1e9 / SAMPLE_EVERY.toNanos());
    live.show(
        settled.get(),
        published.get(),
        String.format(
            Locale.ROOT,
            "%.0f s, heap %.0f MiB, resident %.0f MiB",
            seconds,
            sample.heap(),
            sample.resident()));
    return sample;
  }

  private void publish(AtomicBoolean enough, SoakService service) {
    try (ImagePublisher publisher = Clients.publisher(config)) {
      while (!enough.get() && service.alive()) {
        if (published.get() - settled.get() >= MOST_BACKLOG
            || publishedBytes.get() - settledBytes.get() >= MOST_BACKLOG_BYTES) {
          LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
          continue;
        }
        byte[] image = images.next();
        int number = (int) published.get();
        sizes.put(number, (long) image.length);
        publishedBytes.addAndGet(image.length);
        published.incrementAndGet();
        publisher.send(
            ImageEvent.newBuilder()
                .setId(id(number))
                .setContent(new InlineImage(ByteBuffer.wrap(image)))
                .setSource("soak")
                .setUploadedAt(Instant.now())
                .build());
      }
      publisher.flush();
      if (publisher.failed() > 0) {
        throw new UncheckedIOException(
            new IOException(
                publisher.failed()
                    + " sends failed, the first: "
                    + publisher.firstFailure().getMessage()));
      }
    }
  }

  private Consumer<byte[], byte[]> results() {
    Consumer<byte[], byte[]> consumer =
        Clients.consumer(
            config,
            Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(config.topics().labelled(), config.topics().deadLetter())) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        partitions.add(new TopicPartition(topic, partition));
      }
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  private int read(Consumer<byte[], byte[]> results) {
    int count = 0;
    for (ConsumerRecord<byte[], byte[]> record : results.poll(Duration.ofMillis(200))) {
      count++;
      int number = Integer.parseInt(new String(record.key(), StandardCharsets.UTF_8).substring(5));
      if (labelled.get(number) || deadLetters.get(number)) {
        twice++;
        continue;
      }
      (record.topic().equals(config.topics().labelled()) ? labelled : deadLetters).set(number);
      settledBytes.addAndGet(sizes.remove(number));
      settled.incrementAndGet();
    }
    return count;
  }

  /** What the service committed last, and doubles. */
  private void readToEnd(Consumer<byte[], byte[]> results) {
    Map<TopicPartition, Long> ends = results.endOffsets(results.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> results.position(end.getKey()) < end.getValue())) {
      read(results);
    }
  }

  private int firstMissing() {
    BitSet out = (BitSet) labelled.clone();
    out.or(deadLetters);
    return out.nextClearBit(0);
  }

  private static String id(int number) {
    return "soak-" + number;
  }
}
