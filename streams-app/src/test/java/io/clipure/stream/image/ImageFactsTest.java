package io.clipure.stream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFactsTest {
  private final ImageLoader loader = new DefaultImageLoader(24, ImageLimits.DEFAULT);

  @Test
  void factsAreThoseOfTheStoredFile() {
    byte[] file = TestImages.read("/preprocess/pil/orient-6.png");

    assertThat(prepared(ByteBuffer.wrap(file)).facts())
        .isEqualTo(
            new ImageFacts(
                // sha256sum orient-6.png
                "4cde49f71c6911a78d77b2b48f0c83b8181d24d713dd65815519d2d3ffdf6abc",
                ImageFormat.PNG,
                45,
                37,
                file.length,
                6));
  }

  @Test
  void theBufferMayBeAWindowDirectOrReadOnlyAndIsNotMoved() {
    byte[] file = TestImages.read("/preprocess/pil/webp-lossy.webp");
    byte[] padded = new byte[file.length + 17];
    System.arraycopy(file, 0, padded, 5, file.length);
    ByteBuffer window = ByteBuffer.wrap(padded).position(5).limit(5 + file.length);
    ByteBuffer direct = ByteBuffer.allocateDirect(padded.length).put(padded);
    direct.position(5).limit(5 + file.length);

    byte[] expected = prepared(ByteBuffer.wrap(file)).pixels();
    for (ByteBuffer buffer : List.of(window, window.slice(), window.asReadOnlyBuffer(), direct)) {
      int position = buffer.position();
      assertThat(prepared(buffer).pixels()).isEqualTo(expected);
      assertThat(buffer.position()).isEqualTo(position);
    }
  }

  @Test
  void brokenExifDoesNotRejectTheImage() {
    byte[] file = TestImages.read("/preprocess/pil/orient-6.jpg");
    int tiff = new String(file, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("Exif") + 6;
    for (int at = tiff; at < tiff + 20; at++) {
      byte[] broken = file.clone();
      Arrays.fill(broken, at, tiff + 24, (byte) 0xee);
      assertThat(prepared(ByteBuffer.wrap(broken)).facts().orientation()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "jpeg-420.jpg, 77, 53, 3",
    "jpeg-progressive.jpg, 77, 53, 9",
    "jpeg-cmyk-progressive.jpg, 41, 60, 12",
    "png-6-16.png, 45, 38, 3",
    "gif-offset.gif, 80, 70, 1",
    "webp-animated.webp, 61, 44, 4",
    "bmp-565-top-down.bmp, 35, 40, 3"
  })
  void theHeaderTellsSizeAndMemoryBeforeDecoding(String name, int width, int height, int bytes) {
    ImageHeader header =
        ImageHeader.peek(ByteBuffer.wrap(TestImages.read("/preprocess/pil/" + name))).orElseThrow();

    assertThat(header.width()).isEqualTo(width);
    assertThat(header.height()).isEqualTo(height);
    // Buffers that do not grow with these small images come on top.
    assertThat(header.peakBytes()).isBetween((long) width * height * bytes, 2L << 20);
  }

  @Test
  void openingDecodesNothingAndTellsWhatDecodingWillHold() {
    ByteBuffer file = ByteBuffer.wrap(TestImages.read("/preprocess/pil/png-6-16.png"));

    Opened opened = loader.open(file);

    assertThat(opened).isInstanceOf(Opened.Decodable.class);
    Opened.Decodable decodable = (Opened.Decodable) opened;
    ImageHeader header = ImageHeader.peek(file).orElseThrow();
    long resize = decodable.header().peakBytes() - header.peakBytes();
    // Sums of four bytes and a result of one, for 24 x 24 pixels of three colours, at least.
    assertThat(resize).isBetween(5L * 24 * 24 * 3, 64L << 10);
    assertThat(decodable.header()).isEqualTo(header.holding(resize));
    assertThat(((LoadedImage.Prepared) decodable.decode().get()).pixels())
        .isEqualTo(prepared(file).pixels());
  }

  @Test
  void openingRefusesWhatTheHeaderSaysIsTooLarge() {
    byte[] bomb = TestImages.png(30_000, 30_000, new byte[] {1, 2, 3});

    assertThat(loader.open(ByteBuffer.wrap(bomb)))
        .isInstanceOfSatisfying(
            Opened.Refused.class,
            refused ->
                assertThat(refused.rejection().reason())
                    .isEqualTo(RejectionReason.TOO_MANY_PIXELS));
  }

  @Test
  void thePipelineHasAnIdWithTheEncodersSize() {
    assertThat(new DefaultImageLoader(224, ImageLimits.DEFAULT).preprocessingId())
        .isEqualTo("pil-bicubic-center-224/1");
  }

  @Test
  void whatIsNoImageHasNoHeader() {
    assertThat(ImageHeader.peek(ByteBuffer.wrap(new byte[] {1, 2, 3}))).isEmpty();
  }

  @Test
  void limitsThatCannotBeKeptAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ImageLimits(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ImageLimits(1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageLimits(1, Long.MAX_VALUE))
        .withMessageContaining("250000000");
    assertThat(ImageLimits.DEFAULT).isEqualTo(new ImageLimits(20 * 1024 * 1024, 40_000_000));
  }

  private LoadedImage.Prepared prepared(ByteBuffer buffer) {
    LoadedImage loaded = loader.load(buffer);
    assertThat(loaded).isInstanceOf(LoadedImage.Prepared.class);
    return (LoadedImage.Prepared) loaded;
  }
}
