package io.clipure.stream.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pixel equals what PIL makes of the same file. */
class PreprocessGoldenTest {
  private static final int ENCODER_SIZE = 224;
  private static final int SMALL_SIZE = 24;

  static List<String> photographs() {
    return TestImages.withExpectation("/preprocess");
  }

  static List<String> variants() {
    return TestImages.withExpectation("/preprocess/pil");
  }

  @ParameterizedTest
  @MethodSource("photographs")
  void photographsAreBitIdenticalToPil(String name) {
    assertIdentical("/preprocess/" + name, ENCODER_SIZE);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyVariantOfEveryFormatIsBitIdenticalToPil(String name) {
    assertIdentical("/preprocess/pil/" + name, SMALL_SIZE);
  }

  @Test
  void manyThreadsMayShareOneLoader() {
    ImageLoader shared = new DefaultImageLoader(SMALL_SIZE, ImageLimits.DEFAULT);
    List<String> files =
        Stream.generate(() -> variants().stream()).limit(4).flatMap(f -> f).toList();

    assertThat(
            files.parallelStream()
                .filter(
                    name ->
                        !(shared.load(ByteBuffer.wrap(TestImages.read("/preprocess/pil/" + name)))
                                instanceof LoadedImage.Prepared prepared
                            && Arrays.equals(
                                prepared.pixels(),
                                TestImages.expectedPixels("/preprocess/pil/" + name))))
                .toList())
        .isEmpty();
  }

  private static void assertIdentical(String path, int size) {
    LoadedImage loaded =
        new DefaultImageLoader(size, ImageLimits.DEFAULT)
            .load(ByteBuffer.wrap(TestImages.read(path)));

    assertThat(loaded).as(path).isInstanceOf(LoadedImage.Prepared.class);
    byte[] pixels = ((LoadedImage.Prepared) loaded).pixels();
    byte[] expected = TestImages.expectedPixels(path);
    int largest = 0;
    int different = 0;
    for (int i = 0; i < expected.length; i++) {
      int difference = Math.abs((pixels[i] & 0xff) - (expected[i] & 0xff));
      largest = Math.max(largest, difference);
      different += difference == 0 ? 0 : 1;
    }
    assertThat(different)
        .as("differing samples of %s in %s, largest difference %s", expected.length, path, largest)
        .isZero();
    assertThat(pixels).hasSameSizeAs(expected);
  }
}
