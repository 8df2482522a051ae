package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command refuses, it refuses in one line that names the thing, with exit code 2. */
class RefusalTest {
  @TempDir private Path folder;

  private static void assertRefused(CommandLineRun run, String... words) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err()).startsWith("clipure-stream: ").contains(words);
    assertThat(run.out()).isEmpty();
  }

  private Path image() throws IOException {
    try (Stream<Path> images = Files.list(Home.locate().demoFolder().resolve("images"))) {
      return images.sorted().findFirst().orElseThrow();
    }
  }

  @Test
  void anUnknownConfigurationKeyIsNamed() throws IOException {
    assertRefused(
        CommandLineRun.of("classify", "--set", "batching.max-bach=8", image().toString()),
        "batching.max-bach",
        "batching.max-batch");
  }

  @Test
  void aMalformedConfigurationValueIsNamedWithItsKey() throws IOException {
    Path file = Files.writeString(folder.resolve("app.properties"), "batching.max-delay=fast\n");
    assertRefused(
        CommandLineRun.of("classify", "--config", file.toString(), image().toString()),
        "batching.max-delay",
        "fast");
  }

  @Test
  void runWithoutAClusterSaysWhichKeysAreMissing() {
    CommandLineRun run = CommandLineRun.of("run");
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err().lines())
        .hasSize(2)
        .anyMatch(line -> line.startsWith("clipure-stream: kafka.bootstrap.servers"))
        .anyMatch(line -> line.startsWith("clipure-stream: schema.registry.url"));
  }

  @Test
  void aLabelSetWithAnErrorIsRefusedWithItsLine() throws IOException {
    Path labels =
        Files.writeString(
            folder.resolve("labels.yaml"),
            """
            name: broken
            labels:
              - id: pistol
                group: weapons
                action: DENY
                prompts: [pistol]
              - id: cat
                group: animals
                action: ALLOW
                prompts: [cat]
            """);
    assertRefused(
        CommandLineRun.of("labels", "check", labels.toString()), "labels.yaml:5", "DENY", "BLOCK");
  }

  @Test
  void aPromptWithWordsTheModelNeverSawIsRefusedByName() throws IOException {
    Path labels =
        Files.writeString(
            folder.resolve("labels.yaml"),
            """
            name: words
            labels:
              - id: cryptid
                group: animals
                action: REVIEW
                prompts: [sasquatch]
              - id: cat
                group: animals
                action: ALLOW
                prompts: [cat]
            """);
    assertRefused(
        CommandLineRun.of("classify", "--labels", labels.toString(), image().toString()),
        "sasquatch");
  }

  @Test
  void aBundleWithAFlippedByteIsRefusedByFileName() throws IOException {
    Path bundle = folder.resolve("bundle");
    Files.createDirectory(bundle);
    try (Stream<Path> files = Files.list(Home.locate().demoBundle())) {
      for (Path file : files.toList()) {
        Files.copy(file, bundle.resolve(file.getFileName()));
      }
    }
    Path graph = bundle.resolve("image.onnx");
    byte[] bytes = Files.readAllBytes(graph);
    bytes[bytes.length / 2] ^= 1;
    Files.write(graph, bytes);
    assertRefused(CommandLineRun.of("bundle", "inspect", bundle.toString()), "image.onnx");
  }

  @Test
  void aFolderThatIsNoBundleIsRefused() {
    assertRefused(CommandLineRun.of("bundle", "inspect", folder.toString()), "manifest.json");
  }

  @Test
  void aDeviceThisMachineLacksIsNamedAndNeverReplaced() throws IOException {
    assertRefused(
        CommandLineRun.of("classify", "--device", "gpu:0", image().toString()), "gpu:0", "CUDA");
  }

  @Test
  void oneLabelSetOfManyMistakesPrintsTenLinesAndTheirNumber() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "classify",
            "--labels",
            Home.locate().directory().resolve("labels/moderation.yaml").toString(),
            image().toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err().lines()).hasSize(11).last().asString().contains(" more");
  }

  @Test
  void aMissingImageFileIsNamed() {
    assertRefused(
        CommandLineRun.of("classify", folder.resolve("nothing.jpg").toString()), "nothing.jpg");
  }

  @Test
  void anUnknownOptionIsRefusedWithUsage() {
    CommandLineRun run = CommandLineRun.of("classify", "--fast", "x.jpg");
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("--fast");
  }
}
