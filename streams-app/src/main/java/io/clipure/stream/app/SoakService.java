package io.clipure.stream.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The service as shipped, in a process of its own, and what can be read about it from outside: the
 * JVM's own log of collections and the kernel's account of the process (Linux).
 *
 * <p><b>Threading</b>: one thread.
 */
final class SoakService implements AutoCloseable {
  /** {@code [12.3s][info][gc] GC(7) Pause Young (...) 310M->120M(512M) 8.1ms}. */
  private static final Pattern COLLECTION = Pattern.compile("\\d+M->(\\d+)M\\(\\d+M\\)");

  private static final int LARGEST_READ = 1 << 20;

  private final Process process;
  private final Path collections;
  private final Path log;
  private long read;
  private double heapAfter = Double.NaN;

  /**
   * Starts it.
   *
   * @param folder for its configuration, log and log of collections
   */
  SoakService(Path jar, String heap, Path config, Path folder) throws IOException {
    this.collections = folder.resolve("gc.log").toAbsolutePath();
    this.log = folder.resolve("service.log");
    Files.deleteIfExists(collections);
    this.process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-Xlog:gc:file=" + collections + "::filecount=0",
                "-jar",
                jar.toString(),
                "run",
                "--config",
                config.toAbsolutePath().toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The exit code; only once it has ended. */
  int exitCode() {
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  /** The last line it logged. */
  String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? "(nothing logged)" : lines.get(lines.size() - 1);
  }

  /** Heap in use right after the latest collection, MiB; NaN before the first. */
  double heapAfterCollection() throws IOException {
    if (Files.exists(collections)) {
      try (SeekableByteChannel file = Files.newByteChannel(collections)) {
        file.position(read);
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(LARGEST_READ, file.size() - read));
        file.read(bytes);
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        int whole = text.lastIndexOf('\n') + 1;
        read += text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length;
        Matcher matcher = COLLECTION.matcher(text.substring(0, whole));
        while (matcher.find()) {
          heapAfter = Double.parseDouble(matcher.group(1));
        }
      }
    }
    return heapAfter;
  }

  /** Resident memory, MiB; NaN where the kernel does not say. */
  double resident() {
    return status("VmRSS") / 1024;
  }

  /** Threads, native ones included; NaN where the kernel does not say. */
  double threads() {
    return status("Threads");
  }

  private double status(String field) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith(field + ":"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /**
   * SIGTERM, and waits.
   *
   * @return whether it drained and ended with 0 within a minute
   */
  boolean stop() throws InterruptedException {
    process.destroy();
    return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
