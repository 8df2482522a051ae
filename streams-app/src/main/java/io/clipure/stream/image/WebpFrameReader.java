package io.clipure.stream.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.awt.image.SinglePixelPackedSampleModel;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;

/** libwebp for a single still frame. Thread-safe. */
final class WebpFrameReader {
  private final ImageReaderSpi provider = new WebPImageReaderSpi();

  /**
   * Decodes a file of one frame.
   *
   * @param parts the file in parts
   * @return {@code [height * width]} pixels, {@code 0xAARRGGBB}, colours not premultiplied
   * @throws IOException if the data is damaged
   * @throws RejectedException if the data is damaged, or the native library does not load here
   */
  int[] read(List<ByteSlice> parts, int width, int height) throws IOException, RejectedException {
    ImageReader reader = provider.createReaderInstance();
    try (SliceImageInputStream stream = new SliceImageInputStream(parts)) {
      reader.setInput(stream, true, true);
      BufferedImage image = reader.read(0, reader.getDefaultReadParam());
      if (image.getWidth() != width
          || image.getHeight() != height
          || !(image.getRaster().getDataBuffer() instanceof DataBufferInt buffer)
          || !(image.getSampleModel() instanceof SinglePixelPackedSampleModel model)
          || model.getScanlineStride() != width
          || buffer.getData().length < (long) width * height) {
        throw new IOException("decoder gave " + image + " for " + width + "x" + height + " pixels");
      }
      return buffer.getData();
    } catch (OutOfMemoryError e) {
      if (e.getMessage() != null) {
        throw e;
      }
      // libwebp also answers damaged data with its status "out of memory", and the wrapper makes
      // this error of it. The virtual machine's own always has a message. Let through, one crafted
      // file would end the process, again and again.
      throw RejectedException.corrupt(
          "libwebp gives up on the WebP's data; the file is damaged, upload it again");
    } catch (LinkageError e) {
      // Decided by the platform, not by the image; yet the other formats must go on working.
      throw RejectedException.unsupported(
          "libwebp does not load on this platform ("
              + e.getClass().getSimpleName()
              + "); run on glibc Linux, macOS or Windows for WebP, or convert the file");
    } finally {
      reader.dispose();
    }
  }
}
