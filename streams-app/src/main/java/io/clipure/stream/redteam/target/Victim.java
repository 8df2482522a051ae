package io.clipure.stream.redteam.target;

/**
 * An image to attack.
 *
 * @param index its place in the data set: names it, and seeds what is random about its attack
 * @param pixels {@code [size, size, 3]} RGB uint8, row-major; not to be modified
 * @param label index of its true label among the target's classes
 */
public record Victim(int index, byte[] pixels, int label) {
  /** Checks the numbers. */
  public Victim {
    if (index < 0 || label < 0) {
      throw new IllegalArgumentException(
          "victim has index " + index + " and label " + label + "; expected none below 0");
    }
  }
}
