package io.clipure.stream.app.chaos;

import io.clipure.stream.app.Home;
import java.io.IOException;
import java.nio.file.Path;

/** The chaos bundle for tests outside this package: its encoder never answers for one image. */
public final class HangingBundle {
  private HangingBundle() {}

  /** Writes the bundle into an empty folder. */
  public static Path write(Path folder) throws IOException {
    ChaosBundle.write(Home.locate().demoBundle(), folder);
    return folder;
  }

  /** An image file like any other, by its number. */
  public static byte[] ordinary(int number) {
    return new Pictures(1).of(EventKind.GOOD, number);
  }

  /** An image file for which this bundle's encoder hangs, and no other one. */
  public static byte[] hanging() {
    return new Pictures(1).of(EventKind.HANGS, 0);
  }
}
