package io.clipure.stream.topology;

import io.clipure.stream.image.ImageFacts;

/** What the topology keeps of loading an image while the pixels are encoded. */
sealed interface Loading {
  /** The image goes to the encoder. */
  record Accepted(ImageFacts facts) implements Loading {}

  /** The event ends as a dead letter with this reason code. */
  record Refused(String reason, String message) implements Loading {}
}
