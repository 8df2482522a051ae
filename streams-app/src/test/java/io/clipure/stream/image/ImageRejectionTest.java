package io.clipure.stream.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input is answered with a reason, never with an exception. */
class ImageRejectionTest {
  private static final int SEED = 20261122;
  private static final int CUTS = 20;

  private final ImageLoader loader = new DefaultImageLoader(24, ImageLimits.DEFAULT);

  @Test
  void noBytesAreEmptyContent() {
    assertThat(rejection(new byte[0]).reason()).isEqualTo(RejectionReason.EMPTY_CONTENT);
  }

  @Test
  void fiftyMegabytesAreTooMany() {
    assertThat(rejection(new byte[50 << 20]))
        .isEqualTo(
            new LoadedImage.Rejected(
                RejectionReason.TOO_MANY_BYTES,
                "52428800 bytes, at most 20971520 are allowed;"
                    + " compress the image or raise the limit"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "just a text file\n",
        "BM starts this sentence, which is no bitmap",
        "<svg/>",
        "x"
      })
  void textIsNoSupportedFormat(String text) {
    assertThat(rejection(text.getBytes(StandardCharsets.UTF_8)).reason())
        .isEqualTo(RejectionReason.UNSUPPORTED_FORMAT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"II*\0", "MM\0*"})
  void tiffIsNotHandedToAnyPlugin(String magic) {
    byte[] tiff = Arrays.copyOf(magic.getBytes(StandardCharsets.ISO_8859_1), 64);
    assertThat(rejection(tiff).reason()).isEqualTo(RejectionReason.UNSUPPORTED_FORMAT);
  }

  @Test
  void aBombIsRefusedByItsHeaderBeforeItsDataIsLookedAt() {
    // The image data is garbage: had anything been decoded, the reason would be CORRUPT_IMAGE.
    byte[] bomb = TestImages.png(30_000, 30_000, new byte[] {1, 2, 3});

    LoadedImage.Rejected rejected = rejection(bomb);

    assertThat(rejected.reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
    assertThat(rejected.message()).startsWith("30000x30000 pixels").contains("40000000");
    assertThat(ImageHeader.peek(ByteBuffer.wrap(bomb)))
        .hasValueSatisfying(header -> assertThat(header.pixels()).isEqualTo(900_000_000L));
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "5, 0", "-1, 5", "0, 0"})
  void aSideWithoutPixelsIsCorrupt(int width, int height) {
    assertThat(rejection(TestImages.png(width, height, new byte[8])).reason())
        .isEqualTo(RejectionReason.CORRUPT_IMAGE);
  }

  @Test
  void pixelDataThatDoesNotInflateIsCorrupt() {
    assertThat(rejection(TestImages.png(8, 8, new byte[] {1, 2, 3, 4, 5, 6})))
        .satisfies(r -> assertThat(r.reason()).isEqualTo(RejectionReason.CORRUPT_IMAGE))
        .satisfies(r -> assertThat(r.message()).doesNotContain("\n").contains("damaged"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jpeg-420.jpg",
        "jpeg-progressive.jpg",
        "jpeg-cmyk.jpg",
        "jpeg-restart.jpg",
        "png-2-8.png",
        "png-3-4-adam7.png",
        "gif-interlace-1.gif",
        "webp-lossy.webp",
        "webp-alpha-lossless.webp",
        "webp-animated.webp",
        "bmp-24.bmp",
        "bmp-8.bmp",
        "bmp-rle8.bmp"
      })
  void aFileCutAnywhereInItsImageIsCorrupt(String name) {
    byte[] whole = TestImages.read("/preprocess/pil/" + name);
    Random random = new Random(SEED);
    for (int i = 0; i < CUTS; i++) {
      // Up to nine tenths: the very end may hold nothing but trailers that no pixel needs.
      int end = 32 + random.nextInt(whole.length * 9 / 10 - 32);
      if (name.startsWith("webp-animated")) {
        end = Math.min(end, whole.length / 2);
      }

      LoadedImage.Rejected rejected = rejection(Arrays.copyOf(whole, end));

      assertThat(rejected.reason())
          .as("%s cut at %s", name, end)
          .isEqualTo(RejectionReason.CORRUPT_IMAGE);
      assertThat(rejected.message()).doesNotContain("\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpeg-420.jpg", "jpeg-progressive.jpg"})
  void aJpegWithoutItsLastMarkerIsCorrupt(String name) {
    byte[] whole = TestImages.read("/preprocess/pil/" + name);
    assertThat(rejection(Arrays.copyOf(whole, whole.length - 2)).message()).contains("ends early");
  }

  @Test
  void damageNeverThrows() {
    Random random = new Random(SEED);
    for (String name : TestImages.withExpectation("/preprocess/pil")) {
      byte[] whole = TestImages.read("/preprocess/pil/" + name);
      for (int round = 0; round < 6; round++) {
        byte[] damaged = whole.clone();
        for (int i = 0; i <= round; i++) {
          int at = 8 + random.nextInt(damaged.length - 8);
          damaged[at] = (byte) random.nextInt();
        }
        assertThat(loader.load(ByteBuffer.wrap(damaged))).isNotNull();
      }
    }
  }

  @Test
  void randomBytesBehindEveryMagicNeverThrow() {
    Random random = new Random(SEED);
    String[] magics = {
      "", "\u00ff\u00d8\u00ff", "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "GIF89a", "RIFF", "BM"
    };
    for (int i = 0; i < 600; i++) {
      byte[] bytes = new byte[64 + random.nextInt(2000)];
      random.nextBytes(bytes);
      byte[] magic = magics[i % magics.length].getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(magic, 0, bytes, 0, magic.length);
      assertThat(rejection(bytes).message()).isNotBlank().doesNotContain("\n");
    }
  }

  @Test
  void aJpegOfEndlessScansIsRefused() {
    byte[] whole = TestImages.read("/preprocess/pil/jpeg-progressive.jpg");
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(whole, 0, whole.length - 2);
    for (int i = 0; i < 200; i++) {
      bomb.writeBytes(new byte[] {-1, (byte) 0xda, 0, 8, 1, 1, 0, 0, 63, 0});
    }
    assertThat(rejection(bomb.toByteArray()))
        .satisfies(r -> assertThat(r.reason()).isEqualTo(RejectionReason.TOO_MUCH_WORK))
        .satisfies(r -> assertThat(r.message()).contains("more than 100 scans"));
  }

  @Test
  void anImageThatNeedsMoreMemoryThanAllowedIsRefusedByItsHeader() {
    ImageLimits limits = new ImageLimits(1 << 20, 1_000_000, 200_000);
    ImageLoader frugal = new DefaultImageLoader(24, limits);
    byte[] garbage = TestImages.png(900, 900, new byte[] {1, 2, 3});

    assertThat(frugal.load(ByteBuffer.wrap(garbage)))
        .isInstanceOfSatisfying(
            LoadedImage.Rejected.class,
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(RejectionReason.TOO_MUCH_MEMORY);
              assertThat(rejected.message()).contains("at most 200000");
            });
    assertThat(frugal.load(ByteBuffer.wrap(TestImages.read("/preprocess/pil/png-2-8.png"))))
        .isInstanceOf(LoadedImage.Prepared.class);
  }

  @ParameterizedTest
  @CsvSource({"0xc3, SOF3", "0xc9, SOF9"})
  void aJpegOfAnotherCodingIsUnsupported(String marker, String named) {
    byte[] jpeg = TestImages.read("/preprocess/pil/jpeg-420.jpg");
    for (int i = 0; i < jpeg.length - 1; i++) {
      if (jpeg[i] == -1 && jpeg[i + 1] == (byte) 0xc0) {
        jpeg[i + 1] = Integer.decode(marker).byteValue();
        break;
      }
    }
    assertThat(rejection(jpeg))
        .satisfies(r -> assertThat(r.reason()).isEqualTo(RejectionReason.UNSUPPORTED_FORMAT))
        .satisfies(r -> assertThat(r.message()).contains(named));
  }

  private LoadedImage.Rejected rejection(byte[] bytes) {
    LoadedImage loaded = loader.load(ByteBuffer.wrap(bytes));
    assertThat(loaded).isInstanceOf(LoadedImage.Rejected.class);
    return (LoadedImage.Rejected) loaded;
  }
}
