package io.clipure.stream.clip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns preprocessed pixels into image embeddings on one device.
 *
 * <p><b>Threading</b>: not thread-safe; each device worker owns one.
 */
public interface ImageEncoder extends AutoCloseable {
  /** The device this encoder runs on, as configured: {@code cpu}, {@code gpu:0}, … */
  String device();

  /** Side of the square input in pixels. */
  int imageSize();

  /** Width of an embedding. */
  int dimension();

  /**
   * Encodes one batch.
   *
   * @param pixels one {@code [size, size, 3]} RGB uint8 image each, row-major
   * @return {@code [batch, dimension]} embeddings, not normalised, in the order of {@code pixels}
   * @throws EncoderException if the engine fails
   */
  float[][] encode(List<byte[]> pixels);

  /**
   * Encodes images with all their views in one batch.
   *
   * @throws EncoderException if the engine fails
   */
  default List<ImageEmbeddings> encodeViews(List<ImageViews> images) {
    List<byte[]> rows = images.stream().flatMap(image -> image.views().stream()).toList();
    float[][] embeddings = encode(rows);
    List<ImageEmbeddings> result = new ArrayList<>(images.size());
    int row = 0;
    for (ImageViews image : images) {
      int end = row + image.views().size();
      result.add(new ImageEmbeddings(Arrays.copyOfRange(embeddings, row, end), null));
      row = end;
    }
    return result;
  }

  @Override
  void close();
}
