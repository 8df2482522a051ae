package io.clipure.stream.app.chaos;

import io.clipure.stream.app.RunCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One child JVM with the service. Children never outlive the harness: a shutdown hook kills what
 * was not closed.
 *
 * <p><b>Threading</b>: used by one thread; {@link #alive} by any.
 */
final class ServiceProcess implements AutoCloseable {
  /** What the processes of one harness share: the list that its shutdown hook kills. */
  static final class Children {
    private final Set<Process> alive = ConcurrentHashMap.newKeySet();

    Children() {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> alive.forEach(Process::destroyForcibly), "kill-children"));
    }
  }

  private final String name;
  private final Process process;
  private final Path log;
  private final Path temporary;
  private final Children children;
  private boolean frozen;

  private ServiceProcess(
      String name, Process process, Path log, Path temporary, Children children) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.temporary = temporary;
    this.children = children;
  }

  /**
   * Starts the service; it is not up yet when this returns.
   *
   * @param name for messages and file names, unique in the folder
   * @param folder log and temporary files go there
   */
  static ServiceProcess start(
      String name, Launcher launcher, Path config, Path folder, Children children) {
    Path log = folder.resolve(name + ".log");
    Path temporary = folder.resolve(name + ".tmp");
    try {
      Files.createDirectories(temporary);
      List<String> command = launcher.run(config, temporary);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      children.alive.add(process);
      return new ServiceProcess(name, process, log, temporary, children);
    } catch (IOException e) {
      throw new UncheckedIOException("The service could not be started as a child process", e);
    }
  }

  String name() {
    return name;
  }

  Path log() {
    return log;
  }

  /** The last line of its log. */
  String lastLine() {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.reduce("nothing", (before, line) -> line);
    } catch (IOException e) {
      throw new UncheckedIOException("a service's log cannot be read", e);
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  boolean frozen() {
    return frozen;
  }

  /** Exit code of an ended process; 137 after {@link #kill}, 143 if SIGTERM was not handled. */
  int exitCode() {
    return process.exitValue();
  }

  /** {@code kill -9}, and waits until the process is gone. */
  void kill() {
    process.destroyForcibly();
    if (!awaitExit(60)) {
      throw new IllegalStateException(name + " survived kill -9; the machine is in trouble");
    }
  }

  /**
   * SIGTERM, once the process listens to it: a JVM that is still loading its classes has nothing to
   * drain and ends as every JVM does.
   *
   * @return whether the process ended within {@code seconds}
   */
  boolean terminate(long seconds) {
    awaitListening(seconds);
    process.destroy();
    return awaitExit(seconds);
  }

  /** SIGSTOP: the process neither runs nor dies. */
  void freeze() {
    signal("STOP");
    frozen = true;
  }

  /** SIGCONT. */
  void thaw() {
    signal("CONT");
    frozen = false;
  }

  private void awaitListening(long seconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      while (process.isAlive()
          && System.nanoTime() < deadline
          && !Files.readString(log).contains(RunCommand.LISTENING)) {
        process.waitFor(50, TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the log of " + name + " cannot be read", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void signal(String signal) {
    try {
      // The shell's own kill: not every machine has the program of that name.
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
              .redirectErrorStream(true)
              .start();
      String said =
          new String(kill.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("SIG" + signal + " to " + name + " failed: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no shell to send signals with", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private boolean awaitExit(long seconds) {
    try {
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      if (ended) {
        cleanUp();
      }
      return ended;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while a child process was handled", e);
  }

  /** A killed JVM leaves unpacked native libraries behind. */
  private void cleanUp() {
    children.alive.remove(process);
    Folders.delete(temporary);
  }

  @Override
  public void close() {
    kill();
  }
}
