package io.clipure.stream.app.chaos;

import java.util.Locale;

/**
 * One planned fault.
 *
 * @param afterResults results to be written after the step before, or after the start
 * @param fault what to do
 * @param draw picks the instance or broker among those there are then
 */
record Step(int afterResults, Fault fault, int draw) {
  @Override
  public String toString() {
    return "+%d %s/%d".formatted(afterResults, fault.name().toLowerCase(Locale.ROOT), draw);
  }
}
