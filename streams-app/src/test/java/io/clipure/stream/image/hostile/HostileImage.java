package io.clipure.stream.image.hostile;

import java.util.Set;
import java.util.function.Supplier;

/**
 * One file that means harm, or that has come to harm.
 *
 * @param kind row of the table it is counted in
 * @param name what is wrong with it
 * @param expected the outcomes it may have: {@link #VERDICT} or a reason code; empty for any
 * @param bytes makes the file; large ones are not kept
 */
public record HostileImage(String kind, String name, Set<String> expected, Supplier<byte[]> bytes) {

  /** The outcome of a file that is judged like any other. */
  public static final String VERDICT = "VERDICT";

  @Override
  public String toString() {
    return kind + ": " + name;
  }
}
