package io.clipure.stream.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Files under {@code src/test/resources/preprocess}, and hand-made headers. */
final class TestImages {
  private TestImages() {}

  /** File names that have an expectation beside them. */
  static List<String> withExpectation(String folder) {
    Path directory;
    try {
      directory = Path.of(Objects.requireNonNull(TestImages.class.getResource(folder)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".expected.png"))
          .map(name -> name.substring(0, name.length() - ".expected.png".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] read(String path) {
    try (InputStream in =
        Objects.requireNonNull(TestImages.class.getResourceAsStream(path), path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The RGB bytes of an expectation, by the JDK's reader rather than by the code under test. */
  static byte[] expectedPixels(String path) {
    try (InputStream in =
        Objects.requireNonNull(TestImages.class.getResourceAsStream(path + ".expected.png"))) {
      var image = ImageIO.read(in);
      int[] rgb =
          image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
      byte[] pixels = new byte[3 * rgb.length];
      for (int i = 0; i < rgb.length; i++) {
        pixels[3 * i] = (byte) (rgb[i] >> 16);
        pixels[3 * i + 1] = (byte) (rgb[i] >> 8);
        pixels[3 * i + 2] = (byte) rgb[i];
      }
      return pixels;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One PNG chunk. */
  static byte[] chunk(String type, byte[] body) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + body.length);
    chunk.putInt(body.length);
    for (int i = 0; i < 4; i++) {
      chunk.put((byte) type.charAt(i));
    }
    chunk.put(body);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + body.length);
    chunk.putInt((int) crc.getValue());
    return chunk.array();
  }

  /** A PNG of gray bits with any size in its header and any image data. */
  static byte[] png(int width, int height, byte[] data) {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put(new byte[] {1, 0, 0, 0, 0});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    out.writeBytes(chunk("IHDR", header.array()));
    out.writeBytes(chunk("IDAT", data));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }
}
