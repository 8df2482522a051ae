package io.clipure.stream.app.chaos;

import io.clipure.stream.app.EmbeddedBroker;
import io.clipure.stream.app.EmbeddedCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Runs scenarios one after the other; a cluster is kept as long as scenarios of its size follow.
 * Used by one thread.
 */
final class Lab implements AutoCloseable {
  private final Launcher launcher;
  private final Path folder;
  private final Path bundle;
  private final Path labels;
  private final Consumer<String> out;
  private final ServiceProcess.Children children = new ServiceProcess.Children();
  private EmbeddedBroker broker;
  private int runs;

  /**
   * Prepares the bundle.
   *
   * @param launcher how services are started
   * @param demoBundle where text encoder and tokenizer are taken from
   * @param folder an empty folder for all files
   * @param out takes the log of faults
   */
  Lab(Launcher launcher, Path demoBundle, Path folder, Consumer<String> out) {
    this.launcher = launcher;
    this.folder = folder;
    this.bundle = folder.resolve("bundle");
    this.labels = folder.resolve("labels.yaml");
    this.out = out;
    try {
      ChaosBundle.write(demoBundle, bundle);
      ChaosBundle.writeLabels(labels);
    } catch (IOException e) {
      throw new UncheckedIOException("the chaos bundle could not be written to " + folder, e);
    }
  }

  /** Runs one scenario; its files are below the lab's folder. */
  Outcome run(Variant variant) {
    String name =
        "%02d-%s-%s-%s"
            .formatted(
                ++runs,
                variant.scenario().name(),
                variant.guarantee().id(),
                variant.protocol().id());
    Path place = folder.resolve(name);
    try (ScenarioRun run = new ScenarioRun(this, variant, new Names(name), place, out)) {
      return run.execute();
    }
  }

  Launcher launcher() {
    return launcher;
  }

  ServiceProcess.Children children() {
    return children;
  }

  /** The cluster with so many nodes, started if need be. */
  EmbeddedBroker broker(int nodes) {
    if (broker == null || broker.nodes() != nodes) {
      closeBroker();
      broker =
          EmbeddedCluster.start(
              nodes, new EmbeddedBroker.Options("PLAINTEXT", Timing.broker(), Map.of()));
    }
    return broker;
  }

  /** Writes the configuration of an instance. */
  Path config(Path place, int number, Variant variant, Names names, Map<String, String> servers) {
    Map<String, String> keys = new TreeMap<>(Timing.service());
    keys.putAll(names.keys());
    keys.put("kafka.bootstrap.servers", broker.bootstrapServers());
    keys.putAll(servers);
    // Several instances share this machine.
    keys.put("ops.port", "0");
    keys.put("stream.processing-guarantee", variant.guarantee().id());
    keys.put("stream.group-protocol", variant.protocol().id());
    keys.put("stream.threads", "2");
    keys.put("stream.store-embedding", "false");
    keys.put("model.bundle", bundle.toString());
    keys.put("model.intra-op-threads", "1");
    keys.put("policy.labels", labels.toString());
    keys.put("policy.suspicion-threshold", "0.01");
    // The graph reads its orders in the first pixels, which a view would move.
    keys.put("suspicion.views", "none");
    keys.put("batching.max-batch", "8");
    keys.put("batching.max-in-flight", "64");
    keys.put("batching.per-task-in-flight", "32");
    keys.put("batching.load-threads", "1");
    keys.putAll(variant.scenario().keys());
    StringBuilder text = new StringBuilder();
    keys.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    Path file = place.resolve(String.format(Locale.ROOT, "service-%d.properties", number));
    try {
      Files.createDirectories(place);
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("the service's configuration could not be written", e);
    }
    return file;
  }

  private void closeBroker() {
    if (broker != null) {
      broker.close();
      broker = null;
    }
  }

  @Override
  public void close() {
    closeBroker();
  }
}
