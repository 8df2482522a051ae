package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code file:} references below the allowed roots. What counts is where the path really leads: a
 * symbolic link out of a root is refused. Whether something outside a root exists is not told.
 */
final class FileSource implements Source {
  private final List<Root> roots;
  private final long maxBytes;
  private final Duration timeout;

  /**
   * A root as configured and as it really is.
   *
   * @param given absolute and normalised
   * @param real without symbolic links
   */
  record Root(Path given, Path real) {}

  /**
   * Looks at the roots.
   *
   * @throws IllegalArgumentException if one is not a directory that can be read
   */
  FileSource(List<Path> roots, long maxBytes, Duration timeout) {
    List<Root> found = new ArrayList<>();
    for (Path root : roots) {
      if (!Files.isDirectory(root) || !Files.isReadable(root)) {
        throw unusable(root);
      }
      try {
        found.add(new Root(root.toAbsolutePath().normalize(), root.toRealPath()));
      } catch (IOException e) {
        throw unusable(root);
      }
    }
    this.roots = List.copyOf(found);
    this.maxBytes = maxBytes;
    this.timeout = timeout;
  }

  private static IllegalArgumentException unusable(Path root) {
    return new IllegalArgumentException(
        "image.file-roots: \"%s\" is not a directory that can be read; create it, or take it out"
            .formatted(root));
  }

  @Override
  public Leg begin(String reference) throws FetchException {
    Path path;
    try {
      path = Path.of(new URI(reference)).normalize();
    } catch (URISyntaxException e) {
      throw FetchException.refused(
          RejectionReason.INVALID_REFERENCE,
          "reference is not a URI (" + e.getReason() + "); percent-encode special characters");
    } catch (IllegalArgumentException e) {
      // Path.of refuses authorities, queries, fragments and relative paths.
      throw forbidden(
          "file: reference has a host, query, fragment or relative path;"
              + " expected file:///absolute/path");
    }
    for (Root root : roots) {
      if (path.startsWith(root.given()) || path.startsWith(root.real())) {
        return new FileLeg(root, roots, path, maxBytes, timeout);
      }
    }
    throw outside(roots);
  }

  @Override
  public void close() {
    // Holds nothing.
  }

  static FetchException outside(List<Root> roots) {
    return forbidden(
        roots.isEmpty()
            ? "file: references are not allowed; name the directories that may be read in"
                + " image.file-roots"
            : "file: reference leads outside the allowed directories; move the file, or add its"
                + " directory to image.file-roots");
  }

  private static FetchException forbidden(String message) {
    return FetchException.refused(RejectionReason.FORBIDDEN_REFERENCE, message);
  }
}
