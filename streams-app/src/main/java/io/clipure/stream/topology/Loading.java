package io.clipure.stream.topology;

import io.clipure.stream.image.ImageFacts;
import io.clipure.stream.views.View;
import java.util.List;

/** What the topology keeps of loading an image while the pixels are encoded. */
sealed interface Loading {
  /**
   * The image goes to the encoder.
   *
   * @param facts of the file
   * @param digest SHA-256 of the pixels; not to be modified
   * @param views what was drawn from it, in the order they are encoded after the image
   * @param pixels what the encoder sees of the image, where somebody wants to see it too; null: not
   *     kept. They are within the room that the image takes until its result is forwarded
   */
  record Accepted(ImageFacts facts, byte[] digest, List<View> views, byte[] pixels)
      implements Loading {
    /** Copies the list. */
    public Accepted {
      views = List.copyOf(views);
    }
  }

  /** The event ends as a dead letter with this reason code. */
  record Refused(String reason, String message) implements Loading {}
}
