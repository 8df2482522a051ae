package io.clipure.stream.app;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder the program was installed in: the jar's own, with bundles, label sets and demo images
 * beside it.
 */
public record Home(Path directory) {

  /** The folder that holds the jar, or in a build tree the one that holds {@code classes}. */
  public static Home locate() {
    try {
      Path code = Path.of(Home.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new Home(code.toAbsolutePath().getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the program's own location is not a path", e);
    }
  }

  /**
   * The demo model bundle.
   *
   * @throws RefusedException if it is not beside the program
   */
  public Path demoBundle() {
    return existing("bundles/emoji", "the demo model bundle");
  }

  Path demoLabels() {
    return existing("labels/demo.yaml", "the demo label set");
  }

  Path demoFolder() {
    return existing("demo", "the demo images");
  }

  /** Demo images that somebody changed so that they pass as something else. */
  Path attackedFolder() {
    return existing("attacked", "the attacked demo images");
  }

  private Path existing(String relative, String what) {
    Path path = directory.resolve(relative);
    if (!Files.exists(path)) {
      throw new RefusedException(
          what + " is missing: expected it at " + path + "; build with: mvn -DskipTests package");
    }
    return path;
  }
}
