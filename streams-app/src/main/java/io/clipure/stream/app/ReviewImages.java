package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.review.ReviewLines;
import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/**
 * Writes the images of verdicts into a folder, under the SHA-256 of their bytes: no name of a
 * stranger reaches the file system.
 *
 * <p><b>Threading</b>: one thread.
 */
final class ReviewImages implements AutoCloseable {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern FORMAT = Pattern.compile("[a-z0-9]{1,8}");

  private final Path folder;
  private final OriginImages images;

  /**
   * Makes the folder.
   *
   * @throws RefusedException if it cannot be made
   */
  ReviewImages(AppConfig config, Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw cannotWrite(folder, e);
    }
    this.images = new OriginImages(config);
  }

  /** Writes the image of a verdict, if it is to be had and not there yet. */
  ReviewLines.ImagePlace write(LabelledImage verdict) {
    OriginImages.Found found = images.of(verdict);
    if (found instanceof OriginImages.Missing missing) {
      return new ReviewLines.NotFound(missing.why() + ": " + missing.detail());
    }
    String digest = verdict.getImage().getSha256();
    String format = verdict.getImage().getFormat();
    // The bytes have this digest, so it is one; the format is the record's word only.
    String suffix = FORMAT.matcher(format).matches() ? "." + format : "";
    if (!DIGEST.matcher(digest).matches()) {
      throw new IllegalStateException("bytes were found under what is no digest");
    }
    Path file = folder.resolve(digest + suffix);
    try {
      if (!Files.exists(file)) {
        write(file, ((OriginImages.Bytes) found).encoded());
      }
      return new ReviewLines.InFile(file.getFileName().toString());
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static void write(Path file, ByteBuffer bytes) throws IOException {
    ByteBuffer rest = bytes.duplicate();
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (rest.hasRemaining()) {
        out.write(rest);
      }
    }
  }

  private static RefusedException cannotWrite(Path path, IOException e) {
    return new RefusedException(
        "%s cannot be written (%s); check the path, permissions and disk"
            .formatted(path, e.getClass().getSimpleName()),
        e);
  }

  @Override
  public void close() {
    images.close();
  }
}
