package io.clipure.stream.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.app.Home;
import io.clipure.stream.clip.DjlImageEncoder;
import io.clipure.stream.clip.EncoderException;
import io.clipure.stream.clip.EncoderOptions;
import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.image.DefaultImageLoader;
import io.clipure.stream.image.ImageLimits;
import io.clipure.stream.image.LoadedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The faults happen in the real engine, for the images that ask for them and no others. */
class ChaosBundleTest {
  @TempDir static Path folder;
  private static DjlImageEncoder encoder;
  private static DefaultImageLoader loader;
  private final Pictures pictures = new Pictures(1);

  @BeforeAll
  static void open() throws IOException {
    Path directory = folder.resolve("bundle");
    ChaosBundle.write(Home.locate().demoBundle(), directory);
    ModelBundle bundle = ModelBundle.open(directory);
    encoder = bundle.openImageEncoder("cpu", EncoderOptions.defaults());
    loader = new DefaultImageLoader(bundle.info().imageSize(), new ImageLimits(1 << 20, 1 << 20));
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  private byte[] pixels(EventKind kind, int number) {
    LoadedImage image = loader.load(ByteBuffer.wrap(pictures.of(kind, number)));
    return ((LoadedImage.Prepared) image).pixels();
  }

  private List<byte[]> batch(EventKind special, int others) {
    List<byte[]> batch = new ArrayList<>(Collections.nCopies(others, pixels(EventKind.GOOD, 1)));
    batch.add(pixels(special, 0));
    return batch;
  }

  @Test
  void ordinary_and_slow_images_are_encoded() {
    assertThat(encoder.encode(batch(EventKind.SLOW, 3))).hasNumberOfRows(4);
    for (int number = 0; number < 48; number++) {
      assertThat(encoder.encode(List.of(pixels(EventKind.GOOD, number)))).hasNumberOfRows(1);
    }
  }

  @Test
  void the_throwing_image_fails_alone_and_in_company() {
    for (int others : List.of(0, 3)) {
      List<byte[]> batch = batch(EventKind.THROWS, others);
      assertThatThrownBy(() -> encoder.encode(batch)).isInstanceOf(EncoderException.class);
    }
  }

  @Test
  void the_hungry_image_fails_in_a_large_batch_only() {
    List<byte[]> large = batch(EventKind.OUT_OF_MEMORY, 3);
    assertThatThrownBy(() -> encoder.encode(large)).isInstanceOf(EncoderException.class);
    assertThat(encoder.encode(batch(EventKind.OUT_OF_MEMORY, 1))).hasNumberOfRows(2);
    assertThat(encoder.encode(batch(EventKind.OUT_OF_MEMORY, 0))).hasNumberOfRows(1);
  }

  @Test
  void the_undecided_image_fails_now_and_then() {
    List<byte[]> batch = batch(EventKind.THROWS_SOMETIMES, 0);
    int failures = 0;
    int runs = 64; // all alike: once in 2^63
    for (int run = 0; run < runs; run++) {
      try {
        encoder.encode(batch);
      } catch (EncoderException e) {
        failures++;
      }
    }
    assertThat(failures).isBetween(1, runs - 1);
  }
}
