package io.clipure.stream.audit.verify;

import java.util.OptionalDouble;

/**
 * One thing that is not what the record says.
 *
 * @param field where in the record, for example {@code scores[pistol].score}
 * @param recorded what the record says
 * @param now what was derived now
 * @param by by how much, for numbers
 */
public record Difference(String field, String recorded, String now, OptionalDouble by) {
  static Difference of(String field, Object recorded, Object now) {
    return new Difference(
        field, String.valueOf(recorded), String.valueOf(now), OptionalDouble.empty());
  }

  static Difference of(String field, double recorded, double now) {
    return new Difference(
        field,
        Double.toString(recorded),
        Double.toString(now),
        OptionalDouble.of(Math.abs(now - recorded)));
  }
}
