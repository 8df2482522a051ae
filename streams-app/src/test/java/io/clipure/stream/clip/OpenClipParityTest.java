package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * An exported open_clip checkpoint gives PyTorch's embeddings. Needs a bundle with a {@code
 * parity.json} beside its manifest, as the export script writes: too big to commit.
 */
@EnabledIfSystemProperty(
    named = OpenClipParityTest.BUNDLE,
    matches = ".+",
    disabledReason = "name an exported bundle with parity.json: -Dclipure.parity.bundle=DIR")
class OpenClipParityTest {
  static final String BUNDLE = "clipure.parity.bundle";
  private static final double TOLERANCE = 1e-4;

  private Path directory;
  private ModelBundle bundle;
  private JsonNode parity;

  @BeforeEach
  void open() throws Exception {
    directory = Path.of(System.getProperty(BUNDLE));
    bundle = ModelBundle.open(directory);
    parity = new ObjectMapper().readTree(directory.resolve("parity.json").toFile());
  }

  @Test
  void imagesHaveTheEmbeddingsOfPyTorch() throws Exception {
    double worst = 0;
    assertThat(parity.get("images")).isNotEmpty();
    try (ImageEncoder encoder = bundle.openImageEncoder("cpu", EncoderOptions.defaults())) {
      for (JsonNode image : parity.get("images")) {
        byte[] pixels = pixels(directory.resolve(image.get("file").asText()));
        float[] embedding = encoder.encode(List.of(pixels))[0];
        worst = Math.max(worst, relativeError(embedding, image.get("embedding")));
      }
    }
    System.out.printf("open_clip parity, images: largest relative error %.2e%n", worst);
    assertThat(worst).isLessThanOrEqualTo(TOLERANCE);
  }

  @Test
  void promptsHaveTheEmbeddingsOfPyTorch() {
    double worst = 0;
    assertThat(parity.get("prompts")).isNotEmpty();
    try (TextEncoder encoder = bundle.openTextEncoder("cpu", EncoderOptions.defaults())) {
      for (JsonNode prompt : parity.get("prompts")) {
        float[] embedding = encoder.encode(List.of(prompt.get("text").asText()))[0];
        worst = Math.max(worst, relativeError(embedding, prompt.get("embedding")));
      }
    }
    System.out.printf("open_clip parity, prompts: largest relative error %.2e%n", worst);
    assertThat(worst).isLessThanOrEqualTo(TOLERANCE);
  }

  private byte[] pixels(Path file) throws Exception {
    BufferedImage image = ImageIO.read(file.toFile());
    int size = bundle.info().imageSize();
    assertThat(image.getWidth()).as("%s is already resized", file).isEqualTo(size);
    assertThat(image.getHeight()).isEqualTo(size);
    byte[] pixels = new byte[size * size * 3];
    for (int i = 0; i < size * size; i++) {
      int rgb = image.getRGB(i % size, i / size);
      pixels[3 * i] = (byte) (rgb >> 16);
      pixels[3 * i + 1] = (byte) (rgb >> 8);
      pixels[3 * i + 2] = (byte) rgb;
    }
    return pixels;
  }

  private static double relativeError(float[] seen, JsonNode expected) {
    assertThat(expected).hasSize(seen.length);
    double difference = 0;
    double square = 0;
    for (int i = 0; i < seen.length; i++) {
      double value = expected.get(i).asDouble();
      difference += (seen[i] - value) * (seen[i] - value);
      square += value * value;
    }
    return Math.sqrt(difference / square);
  }
}
