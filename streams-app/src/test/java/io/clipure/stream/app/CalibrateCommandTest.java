package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.stream.clip.CalibrationFile;
import io.clipure.stream.clip.CalibrationFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
  private static final String IMAGES = Home.locate().demoFolder().resolve("images").toString();
  private static final String TRUTH = Home.locate().demoFolder().resolve("images.json").toString();

  private final ObjectMapper mapper = new ObjectMapper();
  @TempDir private Path folder;

  private static String image() {
    return BundledImages.files().get(0).toString();
  }

  private JsonNode classified(Path calibration) throws IOException {
    CommandLineRun run =
        CommandLineRun.of("classify", "--set", "policy.calibration=" + calibration, image());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return mapper.readTree(run.out().strip());
  }

  @Test
  void theDemosImagesGiveACalibrationThatVerdictsCarry() throws IOException {
    Path out = folder.resolve("mine.json");
    Path page = folder.resolve("mine.html");
    CommandLineRun run =
        CommandLineRun.of(
            "calibrate",
            "--flag-budget=2%",
            "--truth",
            TRUTH,
            "--id=mine",
            "--out",
            out.toString(),
            "--report",
            page.toString(),
            IMAGES);
    assertThat(run.exitCode()).as(run.err()).isZero();

    CalibrationFile file = CalibrationFiles.read(out);
    assertThat(file.measured().images()).isEqualTo(160);
    assertThat(file.evidence().at("/labelled_images").intValue()).isEqualTo(160);
    assertThat(file.evidence().at("/reliability/after/accuracy").doubleValue()).isGreaterThan(0.9);
    assertThat(file.evidence().at("/labels/pistol/needed").intValue()).isEqualTo(29);
    assertThat(file.evidence().at("/false_flags/bound").doubleValue()).isLessThanOrEqualTo(0.02);
    // 160 images allow none to be flagged, and judged again as the service would none is.
    assertThat(file.evidence().at("/false_flags/flagged").intValue()).isZero();
    assertThat(run.out()).contains(", 0 suspected").contains("too few images");
    assertThat(file.evidence().at("/low_confidence/flagged").intValue()).isLessThanOrEqualTo(6);
    assertThat(Files.readString(page))
        .contains("<svg", "prefers-color-scheme: dark", file.stamp())
        .doesNotContain("<script", "http");

    JsonNode verdict = classified(out);
    assertThat(verdict.at("/provenance/calibrationId").asText())
        .isEqualTo("mine@" + file.digest().substring(0, 12));
    assertThat(verdict.at("/suspicion/threshold").doubleValue())
        .isEqualTo(file.calibration().suspicionThreshold());

    refusesWhatDoesNotFit(out, file);
  }

  private void refusesWhatDoesNotFit(Path out, CalibrationFile file) throws IOException {
    CalibrationFile.MadeFor madeFor = file.madeFor();
    Path other = folder.resolve("other.json");
    CalibrationFile.MadeFor elsewhere =
        new CalibrationFile.MadeFor(
            "other",
            "0".repeat(64),
            madeFor.labelSet(),
            madeFor.labelSetDigest(),
            madeFor.purifier(),
            madeFor.views(),
            madeFor.viewsKeyId());
    Files.writeString(
        other,
        CalibrationFiles.write(
            CalibrationFiles.of(elsewhere, file.measured(), file.calibration(), file.evidence())));
    assertRefused(other, "was made for bundle other");
    Path tampered = folder.resolve("tampered.json");
    Files.writeString(
        tampered, Files.readString(out).replace("\"images\" : 160", "\"images\" : 16"));
    assertRefused(tampered, "it was changed or cut");
  }

  private void assertRefused(Path calibration, String reason) {
    CommandLineRun run =
        CommandLineRun.of("classify", "--set", "policy.calibration=" + calibration, image());
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err()).contains(reason);
  }

  @Test
  void aSuspicionModelIsFittedToExamplesOfAttacks() throws IOException {
    Path attacked = Files.createDirectory(folder.resolve("attacked"));
    Random random = new Random(3);
    for (int i = 0; i < 12; i++) {
      noise(random, attacked.resolve("noise-" + i + ".png"));
    }
    Path out = folder.resolve("fitted.json");
    CommandLineRun run =
        CommandLineRun.of(
            "calibrate",
            "--flag-budget=2%",
            "--attacked",
            attacked.toString(),
            "--out",
            out.toString(),
            IMAGES);
    assertThat(run.exitCode()).as(run.err()).isZero();
    CalibrationFile file = CalibrationFiles.read(out);
    assertThat(file.calibration().suspicion().views()).isEqualTo(file.madeFor().views());
    assertThat(file.calibration().suspicion().signals()).hasSizeGreaterThan(3);
    // Nothing but noise is far from every ordinary image.
    assertThat(file.evidence().at("/attacked_flagged/flagged").intValue()).isGreaterThan(8);
    assertThat(file.evidence().at("/false_flags/flagged").intValue()).isZero();
    assertThat(classified(out).at("/suspicion/threshold").doubleValue())
        .isEqualTo(file.calibration().suspicionThreshold());
  }

  private static void noise(Random random, Path file) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, random.nextInt(1 << 24));
    }
    ImageIO.write(image, "png", file.toFile());
  }

  @Test
  void tooFewImagesForTheBudgetAreToldWhatItTakes() {
    Path out = folder.resolve("none.json");
    CommandLineRun run = CommandLineRun.of("calibrate", "--out", out.toString(), IMAGES);
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err().strip())
        .isEqualTo(
            "clipure-stream: 160 images cannot show that at most 1% of ordinary images are flagged"
                + " with 95% confidence: give at least 299, or --flag-budget 1.86%, or"
                + " --confidence 79%");
    assertThat(out).doesNotExist();
  }

  @Test
  void whatExistsIsNotOverwrittenAndNeitherNorTwoSourcesAreTaken() throws IOException {
    Path out = Files.writeString(folder.resolve("precious.json"), "{}");
    CommandLineRun run = CommandLineRun.of("calibrate", "--out", out.toString(), IMAGES);
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("exists", "--force");
    assertThat(out).hasContent("{}");
    assertThat(CommandLineRun.of("calibrate").err()).contains("0 kinds of images are named");
    assertThat(CommandLineRun.of("calibrate", "--topic", "images", IMAGES).err())
        .contains("2 kinds of images are named");
    assertThat(CommandLineRun.of("calibrate", "--flag-budget", "1.5", IMAGES).err())
        .contains("is no share; expected e.g. 1% or 0.01");
  }
}
