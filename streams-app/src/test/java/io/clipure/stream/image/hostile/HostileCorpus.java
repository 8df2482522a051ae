package io.clipure.stream.image.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the small hostile files to a folder, as seeds for a long fuzz run. */
final class HostileCorpus {
  private static final int MOST_BYTES = 16 << 10;

  private HostileCorpus() {}

  /** Takes the folder. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    int written = 0;
    for (HostileImage image : HostileImages.all()) {
      byte[] bytes = image.bytes().get();
      if (bytes.length <= MOST_BYTES) {
        Files.write(folder.resolve("hostile-" + written++), bytes);
      }
    }
  }
}
