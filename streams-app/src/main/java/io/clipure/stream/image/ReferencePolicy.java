package io.clipure.stream.image;

import java.nio.file.Path;
import java.util.List;

/**
 * Which references may be followed.
 *
 * @param fileRoots directories below which {@code file:} references may be read; empty: none may
 */
public record ReferencePolicy(List<Path> fileRoots) {

  /** No reference is followed: inline images only. */
  public static final ReferencePolicy INLINE_ONLY = new ReferencePolicy(List.of());

  public ReferencePolicy {
    fileRoots = fileRoots.stream().map(root -> root.toAbsolutePath().normalize()).toList();
  }
}
