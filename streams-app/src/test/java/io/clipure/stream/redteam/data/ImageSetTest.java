package io.clipure.stream.redteam.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.app.Home;
import io.clipure.stream.image.DefaultImageLoader;
import io.clipure.stream.image.ImageLimits;
import io.clipure.stream.image.LoadedImage;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetYaml;
import io.clipure.stream.policy.LabelSets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSetTest {
  private static final List<String> CIFAR =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private final LabelSet demo =
      LabelSetYaml.load(Home.locate().directory().resolve("labels/demo.yaml"));
  @TempDir private Path folder;

  private static Path demoFolder() {
    return Home.locate().directory().resolve("demo");
  }

  private static LabelSet named(List<String> ids) {
    List<Label> labels = new ArrayList<>();
    ids.forEach(id -> labels.add(new Label(id, id, "things", Action.ALLOW, null, List.of(id))));
    return LabelSets.digested(new LabelSet("test", "", "", List.of(), labels, null, null, false));
  }

  private static LoadedImage load(byte[] encoded, int size) {
    return new DefaultImageLoader(size, new ImageLimits(20_000_000, 40_000_000, 1L << 30))
        .load(ByteBuffer.wrap(encoded));
  }

  @Test
  void theDemosOwnFilesCarryTheirTruth() throws IOException {
    ImageSet set = ImageSet.open(demoFolder(), demo);
    assertThat(set.images()).hasSize(160);
    assertThat(set.images().get(0).name()).isEqualTo("upload-0001.jpg");
    assertThat(set.images().get(0).truth().id()).isEqualTo("basketball");
    assertThat(load(set.images().get(0).source().read(), 64))
        .isInstanceOf(LoadedImage.Prepared.class);
  }

  @Test
  void anAnswerSheetBesideItsFilesIsReadToo() throws IOException {
    Files.copy(demoFolder().resolve("images/upload-0001.jpg"), folder.resolve("a.jpg"));
    Files.writeString(
        folder.resolve("images.json"), "[{\"file\": \"a.jpg\", \"concept\": \"axe\"}]");
    ImageSet set = ImageSet.open(folder, demo);
    assertThat(set.images()).extracting(LabelledImage::name).containsExactly("a.jpg");
    assertThat(set.images().get(0).truth().id()).isEqualTo("axe");
  }

  @Test
  void anAnswerSheetCannotPointOutsideItsFolder() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("set"));
    Files.writeString(folder.resolve("secret.jpg"), "x");
    Files.writeString(
        inner.resolve("images.json"), "[{\"file\": \"../secret.jpg\", \"concept\": \"axe\"}]");
    assertThatThrownBy(() -> ImageSet.open(inner, demo))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is not a file below");
  }

  @Test
  void subfoldersAreLabelsByIdNameOrPrompt() throws IOException {
    for (String name : List.of("kitchen-knife", "Bow and arrow", "AXE")) {
      Path child = Files.createDirectory(folder.resolve(name));
      Files.copy(demoFolder().resolve("images/upload-0011.png"), child.resolve("a.PNG"));
      Files.writeString(child.resolve("notes.txt"), "no image");
    }
    Files.createDirectory(folder.resolve(".cache"));
    ImageSet set = ImageSet.open(folder, demo);
    assertThat(set.images())
        .extracting(image -> image.truth().id() + " " + image.name())
        .containsExactly(
            "axe AXE/a.PNG",
            "bow-and-arrow Bow and arrow/a.PNG",
            "kitchen-knife kitchen-knife/a.PNG");
  }

  @Test
  void anUnknownSubfolderIsRefusedWithTheNearestLabels() throws IOException {
    Files.createDirectory(folder.resolve("pistle"));
    assertThatThrownBy(() -> ImageSet.open(folder, demo))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("\"pistle\" is no label id, name or prompt of label set \"demo\"")
        .hasMessageContaining("nearest: pistol");
  }

  @Test
  void aFolderWithoutImagesIsRefused() {
    assertThatThrownBy(() -> ImageSet.open(folder, demo))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds no image");
    assertThatThrownBy(() -> ImageSet.open(folder.resolve("gone"), demo))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("seen nothing, expected a folder");
  }

  private static byte[] record(int label, int red, int green, int blue) {
    byte[] record = new byte[3073];
    record[0] = (byte) label;
    for (int i = 0; i < 1024; i++) {
      record[1 + i] = (byte) red;
      record[1025 + i] = (byte) green;
      record[2049 + i] = (byte) blue;
    }
    record[1 + 31] = (byte) 255;
    return record;
  }

  private static byte[] records(byte[]... records) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Stream.of(records).forEach(all::writeBytes);
    return all.toByteArray();
  }

  @Test
  void cifarRecordsBecomeImagesWithTheirPlanesInPlace() throws IOException {
    Files.write(
        folder.resolve("test_batch.bin"), records(record(3, 10, 20, 30), record(9, 1, 2, 3)));
    ImageSet set = ImageSet.open(folder, named(CIFAR));
    assertThat(set.images())
        .extracting(image -> image.truth().id() + " " + image.name())
        .containsExactly("cat test_batch.bin#00000", "truck test_batch.bin#00001");
    byte[] pixels = ((LoadedImage.Prepared) load(set.images().get(0).source().read(), 32)).pixels();
    assertThat(pixels).startsWith(10, 20, 30);
    assertThat(pixels[3 * 31]).isEqualTo((byte) 255);
    assertThat(pixels[3 * 31 + 1]).isEqualTo((byte) 20);
    assertThat(((LoadedImage.Prepared) load(set.images().get(0).source().read(), 64)).pixels())
        .hasSize(64 * 64 * 3);
  }

  @Test
  void cifarsOwnListOfClassesIsLookedUpInTheLabelSet() throws IOException {
    Files.write(folder.resolve("data_batch_1.bin"), record(2, 0, 0, 0));
    Files.write(
        folder.resolve("batches.meta.txt"),
        (String.join("\n", CIFAR) + "\n\n").getBytes(StandardCharsets.UTF_8));
    List<String> shuffled = new ArrayList<>(CIFAR);
    shuffled.add(0, "zebra");
    assertThat(ImageSet.open(folder, named(shuffled)).images().get(0).truth().id())
        .isEqualTo("bird");
  }

  @Test
  void cifarWithoutClassNamesNeedsALabelSetOfTen() throws IOException {
    Files.write(folder.resolve("data_batch_1.bin"), record(2, 0, 0, 0));
    assertThatThrownBy(() -> ImageSet.open(folder, demo))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the label set has 147 labels");
  }

  @Test
  void aCutCifarFileAndAWrongClassAreRefused() throws IOException {
    Path cut = Files.write(folder.resolve("test_batch.bin"), new byte[3072]);
    assertThatThrownBy(() -> ImageSet.open(cut, named(CIFAR)))
        .hasMessageContaining("seen 3072 bytes, expected a multiple of 3073");
    Files.write(cut, record(10, 0, 0, 0));
    assertThatThrownBy(() -> ImageSet.open(cut, named(CIFAR)))
        .hasMessageContaining("has class 10, expected 0 to 9");
  }
}
