package io.clipure.stream.app;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A seeded mix: mostly the demo's images; one of 200 a noisy PNG of 10 to 20 MB, one of 500 a PNG
 * of 40 megapixels in a hundred kilobytes, which is the most a decoder is ever asked to hold.
 *
 * <p><b>Threading</b>: one thread.
 */
final class SoakImages {
  private static final int BIG_ONE_OF = 200;
  private static final int HOSTILE_ONE_OF = 500;

  /** Sides of the big ones, 3 bytes a pixel that do not compress: 11, 15 and 19 MB. */
  private static final int[] BIG_SIDES = {1900, 2240, 2520};

  private final Random random;
  private final List<byte[]> usual = new ArrayList<>();
  private final List<byte[]> big = new ArrayList<>();
  private final byte[] hostile;

  SoakImages(Path demo, long seed) throws IOException {
    this.random = new Random(seed);
    for (Path file : ImageFiles.list(List.of(demo))) {
      if (!file.getFileName().toString().endsWith(".json")) {
        usual.add(Files.readAllBytes(file));
      }
    }
    for (int side : BIG_SIDES) {
      big.add(png(side, side, random));
    }
    hostile = png(8000, 5000, null);
  }

  /** The next image of the mix. */
  byte[] next() {
    if (random.nextInt(HOSTILE_ONE_OF) == 0) {
      return hostile;
    }
    if (random.nextInt(BIG_ONE_OF) == 0) {
      return big.get(random.nextInt(big.size()));
    }
    return usual.get(random.nextInt(usual.size()));
  }

  /** An RGB PNG of noise, or black where there is no noise; written row by row. */
  private static byte[] png(int width, int height, Random noise) throws IOException {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(noise == null ? Deflater.BEST_COMPRESSION : 0);
    try (DeflaterOutputStream deflating = new DeflaterOutputStream(pixels, deflater)) {
      byte[] row = new byte[3 * width];
      for (int y = 0; y < height; y++) {
        if (noise != null) {
          noise.nextBytes(row);
        }
        deflating.write(0);
        deflating.write(row);
      }
    } finally {
      deflater.end();
    }
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {8, 2, 0, 0, 0});
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(png, "IHDR", header.toByteArray());
    chunk(png, "IDAT", pixels.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data)
      throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    DataOutputStream out = new DataOutputStream(png);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }
}
