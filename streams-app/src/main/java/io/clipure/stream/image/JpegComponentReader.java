package io.clipure.stream.image;

import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The JDK's own JPEG reader, asked for components rather than colours. Image I/O's search is never
 * used: it would offer the bytes to every plugin on the class path, and so give an attacker the
 * choice of the parser.
 *
 * <p>Linux distributions build the JDK on libjpeg-turbo, which is what PIL uses: every file is
 * bit-identical and decoding takes half the time. JDKs that bundle libjpeg 6b (Temurin) give other
 * chroma for the rare 4:4:0 subsampling, and for damaged files; all other files are the same.
 *
 * <p>Thread-safe: the provider is stateless, a reader lives for one image.
 */
final class JpegComponentReader {
  private final ImageReaderSpi provider = find();

  /**
   * Decodes the components, upsampled to full size, without any colour conversion.
   *
   * @param parts the file in parts
   * @throws IOException if the data is damaged
   * @throws RejectedException if the data ends early or is not what the header says
   */
  InterleavedBytes read(List<ByteSlice> parts, ImageHeader header)
      throws IOException, RejectedException {
    ImageReader reader = provider.createReaderInstance();
    try (SliceImageInputStream stream = new SliceImageInputStream(parts)) {
      reader.setInput(stream, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (width != header.width() || height != header.height()) {
        // What was checked against the limits must be what is decoded.
        throw RejectedException.corrupt(
            "JPEG decoder sees "
                + width
                + "x"
                + height
                + " pixels where the header says "
                + header.width()
                + "x"
                + header.height()
                + "; the file contradicts itself");
      }
      Raster raster = reader.readRaster(0, null);
      if (stream.ranOut()) {
        throw RejectedException.corrupt(
            "JPEG data ends early; the file is truncated, upload it again");
      }
      if (!(raster.getSampleModel() instanceof PixelInterleavedSampleModel)) {
        throw new IllegalStateException(
            "JPEG reader gave " + raster + ", expected interleaved components");
      }
      return InterleavedBytes.of(raster);
    } finally {
      reader.dispose();
    }
  }

  private static ImageReaderSpi find() {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (all.hasNext()) {
      ImageReaderSpi spi = all.next();
      if (spi.getClass().getModule() == ImageIO.class.getModule()
          && Arrays.asList(spi.getFormatNames()).contains("jpeg")) {
        return spi;
      }
    }
    throw new IllegalStateException(
        "this Java runtime has no JPEG reader in its java.desktop module;"
            + " use a runtime that includes it");
  }
}
