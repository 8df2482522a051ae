package io.clipure.stream.image.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Collects made-up files of one kind after the other. */
final class Catalogue {
  static final Set<String> ANY = Set.of();
  static final Set<String> VERDICT = Set.of(HostileImage.VERDICT);
  static final Set<String> CORRUPT = Set.of("CORRUPT_IMAGE");
  static final Set<String> UNSUPPORTED = Set.of("UNSUPPORTED_FORMAT");
  static final Set<String> TOO_MANY_PIXELS = Set.of("TOO_MANY_PIXELS");
  static final Set<String> TOO_MUCH_WORK = Set.of("TOO_MUCH_WORK");

  private final List<HostileImage> images = new ArrayList<>();
  private String kind = "";

  void kind(String kind) {
    this.kind = kind;
  }

  void add(String name, Set<String> expected, Supplier<byte[]> bytes) {
    images.add(new HostileImage(kind, name, expected, bytes));
  }

  List<HostileImage> images() {
    return images;
  }
}
