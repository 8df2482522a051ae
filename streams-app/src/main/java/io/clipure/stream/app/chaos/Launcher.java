package io.clipure.stream.app.chaos;

import io.clipure.stream.app.Home;
import io.clipure.stream.app.Main;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a child service is started.
 *
 * @param prefix everything up to the command's own arguments
 */
record Launcher(List<String> prefix) {
  /** Small and quick to start; nothing of the service's behaviour. */
  private static final List<String> JVM =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx384m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto");

  /** The program that runs now: its jar, or in a build tree its class path. */
  static Launcher ofThisProgram() {
    try {
      Path code = Path.of(Home.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isDirectory(code)
          ? ofClassPath(System.getProperty("java.class.path"))
          : new Launcher(with(List.of("-jar", code.toString())));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the program's own location is not a path", e);
    }
  }

  /** A class path; earlier entries win. */
  static Launcher ofClassPath(String... entries) {
    return new Launcher(
        with(List.of("-cp", String.join(File.pathSeparator, entries), Main.class.getName())));
  }

  private static List<String> with(List<String> program) {
    List<String> prefix = new ArrayList<>(JVM);
    prefix.addAll(program);
    return List.copyOf(prefix);
  }

  /** The command line of {@code run}, with a folder of its own for temporary files. */
  List<String> run(Path config, Path temporary) {
    List<String> command = new ArrayList<>(prefix);
    command.add(1, "-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("run", "--config", config.toString()));
    return command;
  }
}
