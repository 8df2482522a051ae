package io.clipure.stream.image;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Reads {@code file:} references below the allowed roots. What counts is where the path really
 * leads: a symbolic link out of a root is refused. Whether something outside a root exists is not
 * told.
 */
final class FileFetcher implements ContentFetcher {
  private final List<Path> roots;
  private final long maxBytes;

  FileFetcher(List<Path> roots, long maxBytes) {
    this.roots = roots;
    this.maxBytes = maxBytes;
  }

  @Override
  public Fetched fetch(URI reference) {
    Path path;
    try {
      path = Path.of(reference).normalize();
    } catch (IllegalArgumentException e) {
      // Path.of refuses authorities, queries, fragments and relative paths.
      return forbidden(
          "file: reference has a host, query, fragment or relative path;"
              + " expected file:///absolute/path");
    }
    try {
      if (!isBelowRoot(path, false)) {
        return outside();
      }
      Path real = path.toRealPath();
      if (!isBelowRoot(real, true)) {
        return outside();
      }
      return Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)
          ? read(real)
          : failed("file: reference is not a regular file; expected an image file");
    } catch (IOException e) {
      return failed(
          "file: reference cannot be read ("
              + e.getClass().getSimpleName()
              + "); check that the file exists and is readable by the service");
    }
  }

  private boolean isBelowRoot(Path path, boolean real) throws IOException {
    for (Path root : roots) {
      if (path.startsWith(real ? root.toRealPath() : root)
          || !real && path.startsWith(root.toRealPath())) {
        return true;
      }
    }
    return false;
  }

  private Fetched read(Path real) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long size = channel.size();
      if (size > maxBytes) {
        return new Fetched.Refused(
            RejectionReason.TOO_MANY_BYTES, DefaultImageLoader.tooManyBytes(size, maxBytes));
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        continue;
      }
      return new Fetched.Content(bytes.flip());
    }
  }

  private Fetched outside() {
    return forbidden(
        roots.isEmpty()
            ? "file: references are not allowed; configure the directories that may be read"
            : "file: reference leads outside the allowed directories;"
                + " move the file or allow its directory");
  }

  private static Fetched forbidden(String message) {
    return new Fetched.Refused(RejectionReason.FORBIDDEN_REFERENCE, message);
  }

  private static Fetched failed(String message) {
    return new Fetched.Refused(RejectionReason.FETCH_FAILED, message);
  }
}
