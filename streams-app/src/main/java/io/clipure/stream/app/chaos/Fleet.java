package io.clipure.stream.app.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * The instances of the service, and their supervisor: one that ends unasked is started again, as
 * any orchestrator would. Used by one thread.
 */
final class Fleet implements AutoCloseable {
  private static final int MOST = 3;
  private static final long TERMINATE_SECONDS = 60;
  private static final int MOST_SURPRISES = 8;

  private final Launcher launcher;
  private final IntFunction<Path> configs;
  private final Path folder;
  private final ServiceProcess.Children children;
  private final FaultLog log;
  private final Map<Integer, ServiceProcess> instances = new TreeMap<>();
  private final List<Integer> exitCodes = new ArrayList<>();
  private final List<String> surprises = new ArrayList<>();
  private ServiceProcess newest;
  private int started;

  /**
   * Creates an empty fleet.
   *
   * @param configs configuration file of an instance, by its number
   * @param folder for logs and temporary files
   */
  Fleet(
      Launcher launcher,
      IntFunction<Path> configs,
      Path folder,
      ServiceProcess.Children children,
      FaultLog log) {
    this.launcher = launcher;
    this.configs = configs;
    this.folder = folder;
    this.children = children;
    this.log = log;
  }

  /** Starts an instance under the first free number; false if there are enough. */
  boolean join() {
    for (int number = 0; number < MOST; number++) {
      if (!instances.containsKey(number)) {
        start(number);
        return true;
      }
    }
    return false;
  }

  private void start(int number) {
    String name = "service-" + number + "-" + started++;
    newest = ServiceProcess.start(name, launcher, configs.apply(number), folder, children);
    instances.put(number, newest);
  }

  /** The number of the instance that a draw picks. */
  int pick(int draw) {
    List<Integer> numbers = List.copyOf(instances.keySet());
    return numbers.get(draw % numbers.size());
  }

  /** The instance started last. */
  ServiceProcess newest() {
    return newest;
  }

  int size() {
    return instances.size();
  }

  ServiceProcess get(int number) {
    return instances.get(number);
  }

  /** {@code kill -9} and a new process. */
  void killAndRestart(int number) {
    instances.get(number).kill();
    start(number);
  }

  /** SIGTERM; returns the exit code, which is also kept. */
  int terminate(int number) {
    ServiceProcess process = instances.remove(number);
    if (!process.terminate(TERMINATE_SECONDS)) {
      process.kill();
      surprises.add(process.name() + " did not end within " + TERMINATE_SECONDS + " s of SIGTERM");
    }
    exitCodes.add(process.exitCode());
    return process.exitCode();
  }

  /** SIGTERM and a new process; returns the exit code of the old one. */
  int terminateAndRestart(int number) {
    int code = terminate(number);
    start(number);
    return code;
  }

  /**
   * Starts again what has ended unasked.
   *
   * @throws StalledException if that happens again and again
   */
  void revive() {
    for (Map.Entry<Integer, ServiceProcess> instance : Map.copyOf(instances).entrySet()) {
      ServiceProcess process = instance.getValue();
      if (!process.alive()) {
        String text =
            process.name() + " ended unasked with exit code " + process.exitCode() + "; restarted";
        log.note(text);
        surprises.add(text);
        process.close();
        if (surprises.size() > MOST_SURPRISES) {
          throw new StalledException(
              "services keep ending; the last words of "
                  + process.name()
                  + ": "
                  + process.lastLine());
        }
        start(instance.getKey());
      }
    }
  }

  /** Wakes all and ends all by SIGTERM. */
  void stop() {
    for (int number : List.copyOf(instances.keySet())) {
      if (instances.get(number).frozen()) {
        instances.get(number).thaw();
      }
      terminate(number);
    }
  }

  /** Exit codes after SIGTERM. */
  List<Integer> exitCodes() {
    return List.copyOf(exitCodes);
  }

  /** Processes that ended unasked, or would not end. */
  List<String> surprises() {
    return List.copyOf(surprises);
  }

  @Override
  public void close() {
    instances.values().forEach(ServiceProcess::close);
    instances.clear();
  }
}
