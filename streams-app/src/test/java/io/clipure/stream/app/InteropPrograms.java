package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The programs in other languages that the README shows, and the libraries they need, below target.
 * What is installed there is kept until the list of libraries changes.
 */
final class InteropPrograms {
  static final Path SOURCES = Path.of("src", "test", "interop").toAbsolutePath();
  private static final Path INSTALLED = Path.of("target", "interop").toAbsolutePath();

  private final Path folder;
  private final List<String> interpreter;

  private InteropPrograms(Path folder, List<String> interpreter) {
    this.folder = folder;
    this.interpreter = interpreter;
  }

  /** JavaScript, with the libraries that its lock file pins; skips the test where there is none. */
  static InteropPrograms javascript() throws Exception {
    Path folder = copy("javascript");
    if (!runs(folder, "node", "--version") || !runs(folder, "npm", "--version")) {
      throw missing("node and npm are installed (apt-get install nodejs npm)");
    }
    List<List<String>> commands =
        List.of(command("npm", "ci --ignore-scripts --no-audit --no-fund --loglevel=error"));
    String fault = install(folder, "package-lock.json", commands);
    if (!fault.isEmpty()) {
      throw missing(fault);
    }
    return new InteropPrograms(folder, List.of("node"));
  }

  /** Python, with a Kafka client of the machine; skips the test where there is none. */
  static InteropPrograms python() throws Exception {
    Path folder = copy("python");
    for (String python : List.of("python3", "/usr/bin/python3")) {
      if (runs(folder, python, "-c", "import confluent_kafka, venv, ensurepip")) {
        String own = folder.resolve("venv/bin/python").toString();
        List<List<String>> commands =
            List.of(
                command(python, "-m venv --clear --system-site-packages venv"),
                command(own, "-m pip install -q --retries 1 --timeout 10 -r requirements.txt"),
                List.of(own, "-c", "import confluent_kafka, fastavro"));
        String fault = install(folder, "requirements.txt", commands);
        if (!fault.isEmpty()) {
          // Also in continuous integration: Debian has no fastavro, and not every machine has PyPI.
          System.err.println("InteropTest: PYTHON WAS NOT RUN HERE; expected that " + fault);
          return abort("only where " + fault);
        }
        return new InteropPrograms(folder, List.of(own));
      }
    }
    throw missing(
        "python3 has confluent_kafka and venv"
            + " (apt-get install python3-confluent-kafka python3-venv)");
  }

  private static List<String> command(String program, String arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments.split(" ")));
    return command;
  }

  private static Path copy(String language) throws IOException {
    Path folder = Files.createDirectories(INSTALLED.resolve(language));
    try (Stream<Path> files = Files.list(SOURCES.resolve(language))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return folder;
  }

  /** What should have worked and did not; empty: all is there. */
  private static String install(Path folder, String wanted, List<List<String>> commands)
      throws Exception {
    String list = Files.readString(folder.resolve(wanted));
    Path installed = folder.resolve("installed");
    if (Files.exists(installed) && Files.readString(installed).equals(list)) {
      return "";
    }
    for (List<String> command : commands) {
      Path log = folder.resolve("install.log");
      if (!ends(folder, log, command)) {
        List<String> said = Files.readString(log).strip().lines().toList();
        return String.join(" ", command)
            + " works; it said: "
            + (said.isEmpty() ? "nothing" : said.get(said.size() - 1));
      }
    }
    Files.writeString(installed, list);
    return "";
  }

  private static boolean runs(Path folder, String... command) throws Exception {
    try {
      return ends(folder, folder.resolve("probe.log"), List.of(command));
    } catch (IOException e) {
      return false; // There is no such program.
    }
  }

  /** Whether it ends well. */
  private static boolean ends(Path folder, Path log, List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      return false;
    }
    return process.exitValue() == 0;
  }

  /** Skips the test, but not in continuous integration. */
  private static RuntimeException missing(String wanted) {
    if ("true".equals(System.getenv("CI"))) {
      return fail("expected that " + wanted);
    }
    return abort("only where " + wanted);
  }

  /** Starts a program; its words of complaint are this process's. */
  Process start(Path output, String program, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(interpreter);
    command.add(folder.resolve(program).toString());
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectOutput(output.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
