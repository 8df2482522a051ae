package io.clipure.stream.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Limits for hostile images.
 *
 * @param maxBytes encoded bytes
 * @param maxPixels width times height, read from the header
 * @param fileRoots directories file: references may point into; empty: none
 */
public record ImageConfig(DataSize maxBytes, long maxPixels, List<Path> fileRoots) {
  static final Setting<DataSize> MAX_BYTES =
      Setting.of(
          "image.max-bytes",
          ValueType.dataSize(new DataSize(1), DataSize.mebibytes(1024)),
          DataSize.mebibytes(20),
          "Largest encoded image; larger ones are dead-lettered.");
  static final Setting<Long> MAX_PIXELS =
      Setting.of(
          "image.max-pixels",
          ValueType.integer(1L, 250_000_000L),
          40_000_000L,
          "Most pixels (width times height, read from the header before decoding); larger images"
              + " are dead-lettered.");
  static final Setting<List<Path>> FILE_ROOTS =
      Setting.of(
          "image.file-roots",
          ValueType.listOf(ValueType.path(), "a list of paths", "paths separated by commas"),
          List.of(),
          "Directories that file: references may point into; empty means no file is read.");

  /**
   * Checks bounds.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public ImageConfig {
    MAX_BYTES.check(maxBytes);
    MAX_PIXELS.check(maxPixels);
    fileRoots = List.copyOf(fileRoots);
  }

  static List<Setting<?>> settings() {
    return List.of(MAX_BYTES, MAX_PIXELS, FILE_ROOTS);
  }

  static ImageConfig from(Values values) {
    return new ImageConfig(values.get(MAX_BYTES), values.get(MAX_PIXELS), values.get(FILE_ROOTS));
  }
}
