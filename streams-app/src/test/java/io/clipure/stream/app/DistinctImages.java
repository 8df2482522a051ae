package io.clipure.stream.app;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/**
 * Any number of different images, the same ones each time: the demo's, small, turned, mirrored,
 * with their colour channels changed round and, as grey ones have none, the lowest bits too. PNG,
 * so that no two of them come out the same.
 */
final class DistinctImages {
  private static final int SIDE = 96;
  private static final int TURNS = 8;

  /** Which of an image's channels becomes red, green and blue, as shifts of a packed pixel. */
  private static final int[][] CHANNELS = {
    {16, 8, 0}, {16, 0, 8}, {8, 16, 0}, {8, 0, 16}, {0, 16, 8}, {0, 8, 16}
  };

  private DistinctImages() {}

  /** Writes so many into a folder; returns them by the id to publish them under. */
  static Map<String, Path> write(Path folder, int count) throws IOException {
    List<Path> files =
        BundledImages.files().stream().filter(file -> file.toString().endsWith(".jpg")).toList();
    int variants = TURNS * CHANNELS.length;
    if (count > files.size() * variants) {
      throw new IllegalArgumentException("only " + files.size() * variants + " can be made");
    }
    Map<String, Path> images = new TreeMap<>();
    for (int f = 0; f < files.size() && images.size() < count; f++) {
      BufferedImage small = small(ImageIO.read(files.get(f).toFile()));
      // Each file gives its share, so that a few images are of many kinds too.
      int end = (int) ((long) count * (f + 1) / files.size());
      for (int v = 0; images.size() < end; v++) {
        String id = "%s-%02d".formatted(files.get(f).getFileName(), v);
        Path file = folder.resolve(id + ".png");
        BufferedImage image = variant(small, v % TURNS, v / TURNS);
        if (!ImageIO.write(image, "png", file.toFile())) {
          throw new IllegalStateException("this Java writes no PNG");
        }
        images.put(id, file);
      }
    }
    return images;
  }

  private static BufferedImage small(BufferedImage image) {
    BufferedImage small = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    int side = Math.min(image.getWidth(), image.getHeight());
    int x = (image.getWidth() - side) / 2;
    int y = (image.getHeight() - side) / 2;
    graphics.drawImage(image, 0, 0, SIDE, SIDE, x, y, x + side, y + side, null);
    graphics.dispose();
    return small;
  }

  private static BufferedImage variant(BufferedImage image, int turn, int colours) {
    BufferedImage turned = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int u = (turn & 4) == 0 ? x : y;
        int v = (turn & 4) == 0 ? y : x;
        int pixel =
            image.getRGB((turn & 1) == 0 ? u : SIDE - 1 - u, (turn & 2) == 0 ? v : SIDE - 1 - v);
        int rgb = 0;
        for (int channel : CHANNELS[colours]) {
          rgb = rgb << 8 | pixel >> channel & 0xff;
        }
        turned.setRGB(x, y, rgb ^ colours);
      }
    }
    return turned;
  }
}
