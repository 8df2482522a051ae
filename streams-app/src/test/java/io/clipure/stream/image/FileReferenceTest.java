package io.clipure.stream.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileReferenceTest {
  @TempDir private Path directory;

  private Path allowed;
  private Path secret;
  private ImageLoader loader;

  @BeforeEach
  void oneAllowedDirectoryAndOneFileBesideIt() throws IOException {
    allowed = Files.createDirectory(directory.resolve("allowed"));
    secret = Files.write(directory.resolve("secret.jpg"), image());
    loader = loader(ImageLimits.DEFAULT, allowed);
  }

  @Test
  void aFileBelowARootIsLoadedWhateverItsExtension() throws IOException {
    Path file =
        Files.write(Files.createDirectory(allowed.resolve("a b")).resolve("x.txt"), image());

    LoadedImage loaded = loader.load(file.toUri().toString());

    assertThat(loaded).isInstanceOf(LoadedImage.Prepared.class);
    assertThat(((LoadedImage.Prepared) loaded).facts().format()).isEqualTo(ImageFormat.JPEG);
  }

  @Test
  void aRootMayItselfBeASymbolicLink() throws IOException {
    Path file = Files.write(allowed.resolve("x.jpg"), image());
    Path link = Files.createSymbolicLink(directory.resolve("link"), allowed);
    ImageLoader byLink = loader(ImageLimits.DEFAULT, link);

    assertThat(byLink.load(link.resolve("x.jpg").toUri().toString()))
        .isInstanceOf(LoadedImage.Prepared.class);
    assertThat(byLink.load(file.toUri().toString())).isInstanceOf(LoadedImage.Prepared.class);
  }

  @Test
  void nothingIsReadWithoutARoot() {
    assertRejected(
        loader(ImageLimits.DEFAULT),
        secret.toUri().toString(),
        RejectionReason.FORBIDDEN_REFERENCE);
  }

  @Test
  void aFileOutsideIsForbiddenWhetherItExistsOrNot() {
    LoadedImage.Rejected exists =
        assertRejected(loader, secret.toUri().toString(), RejectionReason.FORBIDDEN_REFERENCE);
    LoadedImage.Rejected missing =
        assertRejected(
            loader,
            directory.resolve("missing").toUri().toString(),
            RejectionReason.FORBIDDEN_REFERENCE);
    assertThat(exists).isEqualTo(missing);
  }

  @Test
  void dotsAndSymbolicLinksDoNotLeadOut() throws IOException {
    Files.createSymbolicLink(allowed.resolve("link.jpg"), secret);
    Files.createSymbolicLink(allowed.resolve("up"), directory);

    for (String escape :
        List.of("../secret.jpg", "%2e%2e/secret.jpg", "link.jpg", "up/secret.jpg")) {
      assertRejected(loader, allowed.toUri() + escape, RejectionReason.FORBIDDEN_REFERENCE);
    }
  }

  @Test
  void aMissingFileOrADirectoryCannotBeFetched() {
    assertRejected(
        loader, allowed.resolve("none.jpg").toUri().toString(), RejectionReason.FETCH_FAILED);
    assertRejected(loader, allowed.toUri().toString(), RejectionReason.FETCH_FAILED);
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws IOException {
    Path file = Files.write(allowed.resolve("x.jpg"), image());
    ImageLimits limits = new ImageLimits(image().length - 1, 1_000_000);

    assertRejected(
        loader(limits, allowed), file.toUri().toString(), RejectionReason.TOO_MANY_BYTES);
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.org/a.jpg?token=hush, UNSUPPORTED_SCHEME",
    "s3://bucket/a.jpg?token=hush,         UNSUPPORTED_SCHEME",
    "no-scheme.jpg,                        UNSUPPORTED_SCHEME",
    "'',                                   UNSUPPORTED_SCHEME",
    "not a uri ?token=hush,                FETCH_FAILED",
    "file:relative.jpg,                    FORBIDDEN_REFERENCE",
    "file://host/a.jpg,                    FORBIDDEN_REFERENCE",
    "file:///a.jpg?token=hush,             FORBIDDEN_REFERENCE",
    "file:///a%00b.jpg,                    FORBIDDEN_REFERENCE"
  })
  void otherReferencesAreRefusedWithoutRepeatingTheirQuery(
      String reference, RejectionReason reason) {
    assertThat(assertRejected(loader, reference, reason).message())
        .doesNotContain("hush")
        .doesNotContain("\n");
  }

  @Test
  void anUnknownSchemeIsNamedTogetherWithTheSupportedOnes() {
    assertThat(assertRejected(loader, "gopher:x", RejectionReason.UNSUPPORTED_SCHEME).message())
        .contains("gopher", "supported: file");
  }

  private static ImageLoader loader(ImageLimits limits, Path... roots) {
    return new DefaultImageLoader(24, limits, new ReferencePolicy(List.of(roots)));
  }

  private static byte[] image() {
    return TestImages.read("/preprocess/pil/jpeg-420.jpg");
  }

  private static LoadedImage.Rejected assertRejected(
      ImageLoader loader, String reference, RejectionReason reason) {
    LoadedImage loaded = loader.load(reference);
    assertThat(loaded).isInstanceOf(LoadedImage.Rejected.class);
    assertThat(((LoadedImage.Rejected) loaded).reason()).isEqualTo(reason);
    return (LoadedImage.Rejected) loaded;
  }
}
