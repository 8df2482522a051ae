package io.clipure.stream.app;

import java.nio.file.Path;
import java.util.List;

/** The demo's committed images. */
final class BundledImages {
  private BundledImages() {}

  /** All image files, in name order. */
  static List<Path> files() {
    return ImageFiles.list(List.of(Home.locate().demoFolder().resolve("images")));
  }
}
