package io.clipure.stream.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Files named on the command line; folders stand for every file below them, in name order. */
final class ImageFiles {
  private ImageFiles() {}

  /**
   * Lists files.
   *
   * @throws RefusedException if a path does not exist or a folder holds no file
   */
  static List<Path> list(List<Path> paths) {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        files.addAll(below(path));
      } else if (Files.exists(path)) {
        files.add(path);
      } else {
        throw new RefusedException(
            path + ": no such file or folder; name image files, or folders that hold them");
      }
    }
    return files;
  }

  private static List<Path> below(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> files =
          tree.filter(Files::isRegularFile)
              .filter(file -> !file.getFileName().toString().startsWith("."))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new RefusedException(folder + " holds no file; expected a folder of images");
      }
      return files;
    } catch (IOException e) {
      throw new RefusedException(folder + " could not be listed: " + e.getMessage(), e);
    }
  }
}
