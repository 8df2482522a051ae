package io.clipure.stream.image;

import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/**
 * 8-bit samples, interleaved. One or two channels read as gray (and alpha), three or four as RGB
 * (and alpha); alpha is dropped.
 *
 * @param data the samples
 * @param width columns
 * @param height rows
 * @param start index of the first pixel
 * @param rowStride samples from one row to the next
 * @param pixelStride samples from one pixel to the next
 * @param red offset of red (or gray) within a pixel
 * @param green offset of green (or gray) within a pixel
 * @param blue offset of blue (or gray) within a pixel
 */
record InterleavedBytes(
    byte[] data,
    int width,
    int height,
    int start,
    int rowStride,
    int pixelStride,
    int red,
    int green,
    int blue)
    implements PixelSource {

  /** The samples of a raster whose sample model is pixel-interleaved and whose type is byte. */
  static InterleavedBytes of(Raster raster) {
    PixelInterleavedSampleModel model = (PixelInterleavedSampleModel) raster.getSampleModel();
    DataBufferByte buffer = (DataBufferByte) raster.getDataBuffer();
    int[] offsets = model.getBandOffsets();
    boolean colour = offsets.length >= 3;
    int start =
        buffer.getOffset()
            - raster.getSampleModelTranslateX() * model.getPixelStride()
            - raster.getSampleModelTranslateY() * model.getScanlineStride();
    return new InterleavedBytes(
        buffer.getData(),
        raster.getWidth(),
        raster.getHeight(),
        start,
        model.getScanlineStride(),
        model.getPixelStride(),
        offsets[0],
        offsets[colour ? 1 : 0],
        offsets[colour ? 2 : 0]);
  }

  /** Index of a pixel's first sample. */
  int index(int x, int y) {
    return start + y * rowStride + x * pixelStride;
  }

  @Override
  public void read(int x, int y, int count, byte[] rgb, int at) {
    int from = index(x, y);
    if (pixelStride == 3 && red == 0 && green == 1 && blue == 2) {
      System.arraycopy(data, from, rgb, at, 3 * count);
      return;
    }
    for (int end = at + 3 * count; at < end; at += 3, from += pixelStride) {
      rgb[at] = data[from + red];
      rgb[at + 1] = data[from + green];
      rgb[at + 2] = data[from + blue];
    }
  }
}
