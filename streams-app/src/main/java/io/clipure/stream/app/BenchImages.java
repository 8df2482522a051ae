package io.clipure.stream.app;

import io.clipure.stream.image.LoadedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Images for a benchmark: those of a folder that load. */
final class BenchImages {
  private BenchImages() {}

  /** The encoded bytes of every file that can be classified. */
  static List<byte[]> encoded(Path folder, Engines engines, int most) throws IOException {
    List<byte[]> images = new ArrayList<>();
    for (Path file : ImageFiles.list(List.of(folder))) {
      byte[] bytes = Files.readAllBytes(file);
      if (images.size() < most
          && engines.loader().load(ByteBuffer.wrap(bytes)) instanceof LoadedImage.Prepared) {
        images.add(bytes);
      }
    }
    if (images.isEmpty()) {
      throw new RefusedException(folder + " holds no image that can be classified");
    }
    return images;
  }

  /** The encoder's pixels of every file that can be classified. */
  static List<byte[]> prepared(Path folder, Engines engines, int most) throws IOException {
    List<byte[]> pixels = new ArrayList<>();
    for (byte[] bytes : encoded(folder, engines, most)) {
      pixels.add(pixels(bytes, engines));
    }
    return pixels;
  }

  /** The encoder's pixels of one image that is known to load. */
  static byte[] pixels(byte[] encoded, Engines engines) {
    if (engines.loader().load(ByteBuffer.wrap(encoded)) instanceof LoadedImage.Prepared prepared) {
      return prepared.pixels();
    }
    throw new IllegalStateException("an image that loaded before was rejected now");
  }
}
