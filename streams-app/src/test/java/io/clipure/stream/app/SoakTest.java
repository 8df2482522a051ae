package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clipure.stream.config.DataSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** The parts of {@code bench soak} that need no service. */
class SoakTest {
  @TempDir private Path folder;

  @Test
  void theSlopeOfALineIsItsOwnWithoutError() {
    Slope slope = Slope.of(new double[] {0, 1, 2, 3}, new double[] {5, 7, 9, 11});
    assertThat(slope.perUnit()).isCloseTo(2, within(1e-12));
    assertThat(slope.error()).isCloseTo(0, within(1e-12));
  }

  @Test
  void theErrorOfASlopeIsTheTextbooks() {
    // x 1..5, y 2 4 5 4 5: slope 0.6, residual sum of squares 2.4, error sqrt(2.4 / 3 / 10).
    Slope slope =
        Slope.of(
            new double[] {1, 2, 3, Double.NaN, 4, 5}, new double[] {2, 4, 5, Double.NaN, 4, 5});
    assertThat(slope.perUnit()).isCloseTo(0.6, within(1e-12));
    assertThat(slope.error()).isCloseTo(Math.sqrt(0.08), within(1e-12));
  }

  @Test
  void twoPointsHaveNoError() {
    assertThat(Slope.of(new double[] {1, 2}, new double[] {1, 2}).perUnit()).isNaN();
  }

  @Test
  void theMixIsTheSameForTheSameSeedAndHoldsTheBigAndTheHostile() throws IOException {
    Path demo = Home.locate().demoFolder();
    SoakImages mix = new SoakImages(demo, 7);
    SoakImages again = new SoakImages(demo, 7);
    Map<String, byte[]> rare = new HashMap<>();
    for (int i = 0; i < 4_000; i++) {
      byte[] image = mix.next();
      assertThat(image).hasSameSizeAs(again.next());
      String size = size(image);
      if (size.equals("8000x5000") || image.length > 10_000_000) {
        rare.put(size, image);
      }
    }
    assertThat(rare).containsOnlyKeys("8000x5000", "1900x1900", "2240x2240", "2520x2520");
    assertThat(rare.get("8000x5000").length).isLessThan(200_000);
    assertThat(rare.get("2520x2520").length)
        .isBetween(19_000_000, (int) DataSize.mebibytes(20).bytes());
    assertThat(ImageIO.read(new ByteArrayInputStream(rare.get("1900x1900"))).getHeight())
        .isEqualTo(1900);
  }

  private static String size(byte[] image) throws IOException {
    try (var in = ImageIO.createImageInputStream(new ByteArrayInputStream(image))) {
      var readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        return "other";
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return reader.getWidth(0) + "x" + reader.getHeight(0);
      } catch (IOException e) {
        return "broken";
      } finally {
        reader.dispose();
      }
    }
  }

  @Test
  void theReportIsATableAGraphAndAVerdict() throws Exception {
    List<SoakReport.Sample> samples =
        IntStream.range(0, 30)
            .mapToObj(
                i ->
                    new SoakReport.Sample(
                        2 * i, i == 0 ? Double.NaN : 200, 600 + 10.0 * i / 1800, 40, 100, 50))
            .toList();
    SoakReport report = new SoakReport(samples, 1000, 990, 9, 0, List.of("1 lost"));
    report.write(folder);
    StringWriter out = new StringWriter();
    report.print(new PrintWriter(out, true), "512m", folder);

    assertThat(Files.readAllLines(folder.resolve("soak.csv"))).hasSize(31);
    String svg = Files.readString(folder.resolve("soak.svg"));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
    assertThat(svg).contains("heap after collection", "resident").doesNotContain("NaN");
    assertThat(out.toString())
        .contains("1000 published, 990 labelled, 9 dead letters", "FOUND: 1 lost")
        .contains("heap after collection +0 ± 0 MiB/h, resident +10 ± 0 MiB/h");
  }
}
