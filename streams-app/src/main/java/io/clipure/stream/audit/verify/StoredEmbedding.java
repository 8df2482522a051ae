package io.clipure.stream.audit.verify;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.topology.HalfPrecision;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalDouble;

/** The embeddings that a record carries, in half precision. */
public final class StoredEmbedding {
  /** One step of a half: what lies beside a rounding boundary falls to either side of it. */
  private static final double STEP = 0x1p-10;

  private StoredEmbedding() {}

  /**
   * The embeddings of image and views.
   *
   * @param extraViews how many views there should be
   * @return empty if the record does not carry all of them
   */
  public static Optional<ImageEmbeddings> of(LabelledImage recorded, int extraViews) {
    if (recorded.getEmbedding() == null || recorded.getViewEmbeddings().size() != extraViews) {
      return Optional.empty();
    }
    float[][] views = new float[1 + extraViews][];
    views[0] = HalfPrecision.decode(recorded.getEmbedding());
    for (int v = 0; v < extraViews; v++) {
      views[v + 1] = HalfPrecision.decode(recorded.getViewEmbeddings().get(v));
    }
    return Optional.of(new ImageEmbeddings(views, null));
  }

  /** Whether a judge of this width takes them: not zero, finite, and of its width. */
  public static boolean judgeable(ImageEmbeddings embeddings, int dimension) {
    for (float[] view : embeddings.views()) {
      double square = 0;
      for (float value : view) {
        square += (double) value * value;
      }
      if (view.length != dimension || !Double.isFinite(square) || square == 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * A comparison.
   *
   * @param same to the bit
   * @param close no coordinate is off by more than one step of a half
   * @param recorded what the record has, for people
   * @param now what was derived, for people
   * @param largest largest difference of a coordinate
   */
  record Result(boolean same, boolean close, String recorded, String now, OptionalDouble largest) {}

  static Result compare(ByteBuffer recorded, float[] fresh) {
    float[] then = HalfPrecision.decode(recorded);
    float[] now = HalfPrecision.decode(HalfPrecision.encode(fresh));
    if (then.length != now.length || recorded.remaining() % 2 != 0) {
      return new Result(
          false,
          false,
          recorded.remaining() + " bytes",
          2 * now.length + " bytes",
          OptionalDouble.empty());
    }
    boolean close = true;
    double largest = 0;
    int worst = 0;
    for (int d = 0; d < now.length; d++) {
      double by = Math.abs((double) now[d] - then[d]);
      // NaN is close to nothing.
      close &= by <= STEP * Math.max(Math.abs(now[d]), Math.abs(then[d])) + 0x1p-24;
      if (by > largest || Double.isNaN(by)) {
        largest = by;
        worst = d;
      }
    }
    return new Result(
        recorded.equals(HalfPrecision.encode(fresh)),
        close,
        "[" + worst + "] " + then[worst],
        "[" + worst + "] " + now[worst],
        OptionalDouble.of(largest));
  }
}
