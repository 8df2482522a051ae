package io.clipure.stream.redteam.scorecard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {
  /** Newcombe 1998 (Statistics in Medicine 17, 857–872), table I, method 3. */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0,   20, 0.0000, 0.1611",
    "1,   29, 0.0061, 0.1718"
  })
  void intervalsAreThePublishedOnes(double hits, int of, double low, double high) {
    Share share = new Share(hits, of);
    assertThat(share.low()).isCloseTo(low, within(5e-5));
    assertThat(share.high()).isCloseTo(high, within(5e-5));
    assertThat(share.rate()).isBetween(share.low(), share.high());
  }

  @Test
  void allOfThemIsTheMirrorImageOfNone() {
    assertThat(new Share(20, 20).low()).isCloseTo(1 - 0.1611, within(5e-5));
    assertThat(new Share(20, 20).high()).isEqualTo(1);
  }

  @Test
  void nothingSeenSaysNothing() {
    assertThat(new Share(0, 0).low()).isZero();
    assertThat(new Share(0, 0).high()).isEqualTo(1);
  }

  @Test
  void moreHitsThanImagesAreABug() {
    assertThatThrownBy(() -> new Share(3, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPairedDifferenceOfEqualSettingsIsNoughtButNotCertain() {
    Difference none = Difference.paired(List.of(1.0, 0.0, 1.0), List.of(1.0, 0.0, 1.0));
    assertThat(none.mean()).isZero();
    // By hand: (1 + 1) / 5 discordant, error sqrt(0.4 / 5).
    assertThat(none.high()).isCloseTo(1.959964 * Math.sqrt(0.08), within(1e-6));
    assertThat(none.low()).isCloseTo(-none.high(), within(1e-12));
  }

  @Test
  void aPairedDifferenceHasBonettAndPricesInterval() {
    // By hand: 3 and 1 of 6 after adding one each; centre 1/3, variance (2/3 - 1/9) / 6.
    Difference difference =
        Difference.paired(List.of(1.0, 0.0, 1.0, 1.0), List.of(0.0, 0.0, 1.0, 0.0));
    assertThat(difference.mean()).isEqualTo(0.5);
    double error = Math.sqrt((2 / 3.0 - 1 / 9.0) / 6);
    assertThat(difference.low()).isCloseTo(1 / 3.0 - 1.959964 * error, within(1e-6));
    assertThat(difference.high()).isCloseTo(1 / 3.0 + 1.959964 * error, within(1e-6));
  }
}
