package io.clipure.stream.redteam.data;

import io.clipure.stream.policy.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** A folder as ImageNet has it: one subfolder a label, its images below. */
final class LabelFolders {
  private static final Set<String> SUFFIXES =
      Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff");

  private LabelFolders() {}

  static ImageSet list(Path folder, LabelNames names) throws IOException {
    List<Path> children;
    try (Stream<Path> entries = Files.list(folder)) {
      children =
          entries
              .filter(Files::isDirectory)
              .filter(child -> !child.getFileName().toString().startsWith("."))
              .sorted()
              .toList();
    }
    List<LabelledImage> images = new ArrayList<>();
    for (Path child : children) {
      Label label = names.find(child.getFileName().toString(), folder.toString());
      for (Path file : files(child)) {
        images.add(
            new LabelledImage(
                folder.relativize(file).toString().replace('\\', '/'),
                label,
                () -> Files.readAllBytes(file)));
      }
    }
    return new ImageSet("folder of labels", images);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile)
          .filter(file -> SUFFIXES.contains(suffix(file.getFileName().toString())))
          .sorted()
          .toList();
    }
  }

  private static String suffix(String name) {
    return name.startsWith(".")
        ? ""
        : name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
