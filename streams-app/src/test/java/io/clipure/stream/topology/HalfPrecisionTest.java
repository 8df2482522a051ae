package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected bits from IEEE 754-2008 and numpy.float16. */
class HalfPrecisionTest {

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "0.0, 0000",
    "-0.0, 8000",
    "1.0, 3c00",
    "-2.0, c000",
    "0.33325195, 3555",
    "0.1, 2e66",
    "65504.0, 7bff",
    "65519.996, 7bff",
    "65520.0, 7c00",
    "-1e30, fc00",
    "6.1035156e-5, 0400",
    "6.0975552e-5, 03ff",
    "5.9604645e-8, 0001",
    "2.9802322e-8, 0000",
    "2.9802326e-8, 0001",
    "8.940697e-8, 0002",
    "1.0004883, 3c00",
    "1.0014648, 3c02",
    "1.0004884, 3c01"
  })
  void rounds_to_the_nearest_half_ties_to_even(float value, String hex) {
    assertThat(String.format("%04x", HalfPrecision.fromFloat(value) & 0xffff)).isEqualTo(hex);
  }

  @Test
  void every_half_survives_the_round_trip() {
    for (int bits = 0; bits < 0x10000; bits++) {
      float value = HalfPrecision.toFloat((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(HalfPrecision.fromFloat(value) & 0xffff).isEqualTo(bits);
      }
    }
  }

  @Test
  void nan_stays_nan() {
    assertThat(HalfPrecision.toFloat(HalfPrecision.fromFloat(Float.NaN))).isNaN();
  }

  @Test
  void vectors_are_little_endian() {
    ByteBuffer bytes = HalfPrecision.encode(new float[] {1f, -2f});

    assertThat(bytes.array()).containsExactly(0x00, 0x3c, 0x00, 0xc0);
    assertThat(HalfPrecision.decode(bytes)).containsExactly(1f, -2f);
  }
}
