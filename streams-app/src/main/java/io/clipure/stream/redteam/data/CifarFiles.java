package io.clipure.stream.redteam.data;

import io.clipure.stream.policy.Label;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * CIFAR-10's binary version (Krizhevsky 2009): records of one class byte and 3,072 bytes, 32×32
 * red, then green, then blue. Every record is given out as a PNG, so that the service's loader sees
 * it as it would see an upload and scales it to the encoder's size.
 */
final class CifarFiles {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int RECORD = 1 + 3 * PLANE;
  private static final int CLASSES = 10;
  private static final String TEST = "test_batch.bin";

  private CifarFiles() {}

  /** The held-out batch if it is there, else the training batches; empty: this is no CIFAR-10. */
  static List<Path> in(Path folder) throws IOException {
    if (Files.isRegularFile(folder.resolve(TEST))) {
      return List.of(folder.resolve(TEST));
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().matches("data_batch_\\d+\\.bin"))
          .sorted()
          .toList();
    }
  }

  static ImageSet list(List<Path> files, LabelNames names) throws IOException {
    List<LabelledImage> images = new ArrayList<>();
    for (Path file : files) {
      List<Label> classes = classes(file.toAbsolutePath().getParent(), names);
      long bytes = Files.size(file);
      if (bytes == 0 || bytes % RECORD != 0) {
        throw new DataException(
            file
                + ": seen "
                + bytes
                + " bytes, expected a multiple of "
                + RECORD
                + " (1 class byte and 32x32x3); take CIFAR-10's binary version");
      }
      for (int index = 0; index < bytes / RECORD; index++) {
        images.add(image(file, index, classes));
      }
    }
    return new ImageSet("CIFAR-10 binary", images);
  }

  private static List<Label> classes(Path folder, LabelNames names) throws IOException {
    Path meta = folder.resolve("batches.meta.txt");
    if (Files.isRegularFile(meta)) {
      List<String> lines =
          Files.readAllLines(meta, StandardCharsets.UTF_8).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
      if (lines.size() != CLASSES) {
        throw new DataException(
            meta + ": seen " + lines.size() + " classes, expected " + CLASSES + ", one a line");
      }
      return lines.stream().map(line -> names.find(line, meta.toString())).toList();
    }
    if (names.labels().size() != CLASSES) {
      throw new DataException(
          folder
              + ": no batches.meta.txt beside the batches, and the label set has "
              + names.labels().size()
              + " labels; expected that file, or a label set of CIFAR-10's ten classes in order");
    }
    return names.labels();
  }

  private static LabelledImage image(Path file, int index, List<Label> classes) throws IOException {
    int label = read(file, (long) index * RECORD, 1)[0] & 0xff;
    if (label >= classes.size()) {
      throw new DataException(
          file
              + ": record "
              + index
              + " has class "
              + label
              + ", expected 0 to 9; take CIFAR-10's binary version");
    }
    return new LabelledImage(
        String.format(Locale.ROOT, "%s#%05d", file.getFileName(), index),
        classes.get(label),
        () -> png(read(file, (long) index * RECORD + 1, 3 * PLANE)));
  }

  private static byte[] read(Path file, long position, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, position + bytes.position()) < 0) {
          throw new IOException(file + " ended early; it changed while it was read");
        }
      }
    }
    return bytes.array();
  }

  private static byte[] png(byte[] planes) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < PLANE; i++) {
      int red = planes[i] & 0xff;
      int green = planes[PLANE + i] & 0xff;
      int blue = planes[2 * PLANE + i] & 0xff;
      image.setRGB(i % SIDE, i / SIDE, red << 16 | green << 8 | blue);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }
}
