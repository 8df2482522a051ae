package io.clipure.stream.audit.store;

import io.clipure.stream.audit.AuditException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a store: a thing is there under its digest when it is whole, or not at all. What is
 * in them is not known here.
 *
 * <p><b>Threading</b>: any number of threads and processes may use one folder.
 *
 * @param directory need not be there yet
 */
record StoreFolder(Path directory) {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final String PARTIAL = ".partial-";

  /** Fills a new file or folder; it becomes visible when it is whole. */
  @FunctionalInterface
  interface Filling {
    /** Writes the content. */
    void fill(Path partial) throws IOException;
  }

  /**
   * Puts a thing in, if it is not there yet.
   *
   * @return where it lies
   * @throws AuditException if it cannot be written
   */
  Path put(ContentStore.Kind kind, String digest, Filling filling) {
    Path target = path(kind, digest);
    if (Files.exists(target)) {
      return target;
    }
    try {
      Files.createDirectories(target.getParent());
      Path work = Files.createTempDirectory(target.getParent(), PARTIAL);
      try {
        Path partial = work.resolve("content" + kind.suffix());
        filling.fill(partial);
        // Where another process was faster, the same content is there already.
        if (!Files.exists(target)) {
          Files.move(partial, target);
        }
      } finally {
        delete(work);
      }
      return target;
    } catch (IOException e) {
      throw new AuditException(
          "store %s: the %s could not be written (%s: %s); check permissions and disk"
              .formatted(directory, kind.title(), e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The thing with this digest; empty too if that is no digest. */
  Optional<Path> existing(ContentStore.Kind kind, String digest) {
    return DIGEST.matcher(digest).matches()
        ? Optional.of(path(kind, digest)).filter(Files::exists)
        : Optional.empty();
  }

  /** Where the thing with this digest lies or would. */
  Path path(ContentStore.Kind kind, String digest) {
    return directory.resolve(kind.folder()).resolve(digest + kind.suffix());
  }

  /** All things of a kind, by digest. */
  List<Path> list(ContentStore.Kind kind) {
    Path folder = directory.resolve(kind.folder());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths
          .filter(path -> !path.getFileName().toString().startsWith(PARTIAL))
          .filter(path -> path.getFileName().toString().endsWith(kind.suffix()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new AuditException(
          "store %s cannot be listed (%s); check permissions"
              .formatted(folder, e.getClass().getSimpleName()),
          e);
    }
  }

  /** Checks what was read against its name. */
  static void requireDigest(Path path, String expected, String seen) {
    if (!seen.equals(expected)) {
      throw new AuditException(
          "%s: digest is %s, expected %s: it changed while it was read; put it in again"
              .formatted(path, seen, expected));
    }
  }
}
