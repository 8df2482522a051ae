package io.clipure.stream.redteam.data;

import io.clipure.stream.policy.LabelSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Every image of a data set, in a stable order; nothing is decoded yet.
 *
 * @param kind what was recognised, for people
 * @param images the images, ordered by name
 */
public record ImageSet(String kind, List<LabelledImage> images) {
  /** Copies the list. */
  public ImageSet {
    images = List.copyOf(images);
  }

  /**
   * Recognises and lists a data set: a folder with {@code images.json}, CIFAR-10's binary files (a
   * folder of them, or one), or a folder with one subfolder a label.
   *
   * @param labelSet what folder names, concepts or classes are looked up in
   * @throws DataException in one line: what was seen, what was expected
   */
  public static ImageSet open(Path path, LabelSet labelSet) {
    LabelNames names = new LabelNames(labelSet);
    try {
      ImageSet set;
      if (Files.isRegularFile(path) && path.toString().endsWith(".bin")) {
        set = CifarFiles.list(List.of(path), names);
      } else if (!Files.isDirectory(path)) {
        throw new DataException(
            path
                + ": seen "
                + (Files.exists(path) ? "a file" : "nothing")
                + ", expected a folder of labelled images or a CIFAR-10 .bin file");
      } else if (Files.exists(path.resolve(AnswerSheet.FILE))) {
        set = AnswerSheet.list(path, names);
      } else {
        List<Path> binaries = CifarFiles.in(path);
        set =
            binaries.isEmpty() ? LabelFolders.list(path, names) : CifarFiles.list(binaries, names);
      }
      if (set.images().isEmpty()) {
        throw new DataException(path + " holds no image; expected LABEL-ID/*.jpg or images.json");
      }
      return set;
    } catch (IOException e) {
      throw new DataException(path + " cannot be read: " + e.getMessage(), e);
    }
  }
}
