package io.clipure.stream.redteam.data;

import io.clipure.stream.policy.Label;
import java.io.IOException;

/**
 * One image of a data set and what it really shows.
 *
 * @param name unique in its data set and stable from run to run: a path relative to the folder
 * @param truth the label it belongs under
 * @param source where its bytes come from
 */
public record LabelledImage(String name, Label truth, Source source) {

  /** Gives the encoded bytes of an image, as a user would upload them. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads the whole file.
     *
     * @throws IOException if it cannot be read
     */
    byte[] read() throws IOException;
  }
}
