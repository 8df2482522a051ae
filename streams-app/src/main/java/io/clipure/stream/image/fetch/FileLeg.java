package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reads one file. The path is resolved and checked first; then, where the platform can (Linux), it
 * is walked again from the root's open directory, one name at a time without following links, so
 * that a link put in its way between check and opening is not followed. Elsewhere the path is
 * resolved again after opening.
 */
final class FileLeg implements Leg {
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final FileSource.Root root;
  private final List<FileSource.Root> roots;
  private final Path path;
  private final long maxBytes;
  private final Duration limit;
  private final AtomicReference<Aborting> aborting = new AtomicReference<>(new Aborting(null));

  /** What an abort has to close; null in place of the record: aborted. */
  private record Aborting(SeekableByteChannel channel) {}

  FileLeg(
      FileSource.Root root, List<FileSource.Root> roots, Path path, long maxBytes, Duration limit) {
    this.root = root;
    this.roots = roots;
    this.path = path;
    this.maxBytes = maxBytes;
    this.limit = limit;
  }

  @Override
  public String host() {
    return "file:" + root.given();
  }

  @Override
  public Duration limit() {
    return limit;
  }

  @Override
  public Reached run() throws FetchException {
    Deadline deadline = Deadline.in(limit);
    try {
      Path real = path.toRealPath();
      for (FileSource.Root one : roots) {
        if (real.startsWith(one.real())) {
          return read(one.real(), real, deadline);
        }
      }
      throw FileSource.outside(roots);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private Reached read(Path realRoot, Path real, Deadline deadline)
      throws IOException, FetchException {
    if (real.equals(realRoot)) {
      throw notAFile();
    }
    try (DirectoryStream<Path> directory = Files.newDirectoryStream(realRoot)) {
      if (directory instanceof SecureDirectoryStream<Path> secure) {
        return walk(secure, realRoot.relativize(real), deadline);
      }
    }
    if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      throw notAFile();
    }
    try (SeekableByteChannel channel = Files.newByteChannel(real, READ)) {
      if (!real.toRealPath().equals(real)) {
        throw FileSource.outside(roots);
      }
      return read(channel, deadline);
    }
  }

  private Reached walk(SecureDirectoryStream<Path> directory, Path names, Deadline deadline)
      throws IOException, FetchException {
    Path name = names.getName(0);
    if (names.getNameCount() > 1) {
      try (SecureDirectoryStream<Path> next =
          directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
        return walk(next, names.subpath(1, names.getNameCount()), deadline);
      }
    }
    BasicFileAttributes attributes =
        directory
            .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
    // Opening a pipe would wait for a writer.
    if (!attributes.isRegularFile()) {
      throw notAFile();
    }
    try (SeekableByteChannel channel = directory.newByteChannel(name, READ)) {
      return read(channel, deadline);
    }
  }

  private Reached read(SeekableByteChannel channel, Deadline deadline)
      throws IOException, FetchException {
    Aborting nothing = aborting.get();
    if (nothing == null || !aborting.compareAndSet(nothing, new Aborting(channel))) {
      throw FetchException.timeout("the file", limit);
    }
    return new Reached.Bytes(
        Body.read(
            Channels.newInputStream(channel), channel.size(), maxBytes, "the file", deadline));
  }

  private FetchException failed(IOException e) {
    if (aborting.get() == null) {
      return FetchException.timeout("the file", limit);
    }
    String seen = e.getClass().getSimpleName();
    if (e instanceof NoSuchFileException) {
      return FetchException.refused(
          RejectionReason.FETCH_NOT_FOUND,
          "file: reference names no file; check that it is written before its event");
    }
    if (e instanceof AccessDeniedException) {
      return FetchException.refused(
          RejectionReason.FETCH_FAILED,
          "file: reference cannot be read (" + seen + "); let the service's user read it");
    }
    return FetchException.passing(
        RejectionReason.FETCH_FAILED,
        "file: reference cannot be read (" + seen + "); check the file and its disk");
  }

  private static FetchException notAFile() {
    return FetchException.refused(
        RejectionReason.FETCH_FAILED,
        "file: reference is not a regular file; expected an image file");
  }

  @Override
  public void abort() {
    Aborting open = aborting.getAndSet(null);
    if (open != null && open.channel() != null) {
      try {
        open.channel().close();
      } catch (IOException e) {
        // The reader sees a closed channel either way.
        return;
      }
    }
  }
}
