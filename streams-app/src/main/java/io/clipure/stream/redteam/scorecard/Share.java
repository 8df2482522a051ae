package io.clipure.stream.redteam.scorecard;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A share of images with its 95 % interval after Wilson (1927), which stays inside 0..1 and is
 * right for shares near the ends and small samples. Several draws of one image count as one image
 * that is partly hit: draws are not independent samples, so counting them singly would make the
 * interval too narrow.
 *
 * @param hits images, an image judged several times counting with its mean
 * @param of images looked at, 0 or more
 */
@JsonIgnoreProperties(
    value = {"rate", "low", "high"},
    allowGetters = true)
public record Share(double hits, int of) {
  /** Two-sided 95 % quantile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /** Checks the counts. */
  public Share {
    if (of < 0 || !(hits >= 0 && hits <= of + 1e-9)) {
      throw new IllegalArgumentException(hits + " of " + of + " images, expected 0 to all");
    }
  }

  /** The share, 0 to 1; 0 of nothing is 0. */
  @JsonProperty
  public double rate() {
    return of == 0 ? 0 : hits / of;
  }

  /** Lower end of the interval; 0 of nothing says nothing: 0 to 1. */
  @JsonProperty
  public double low() {
    return of == 0 ? 0 : Math.max(0, centre() - spread());
  }

  /** Upper end of the interval. */
  @JsonProperty
  public double high() {
    return of == 0 ? 1 : Math.min(1, centre() + spread());
  }

  private double centre() {
    return (rate() + Z * Z / (2 * of)) / (1 + Z * Z / of);
  }

  private double spread() {
    double rate = Math.min(1, rate());
    return Z / (1 + Z * Z / of) * Math.sqrt(rate * (1 - rate) / of + Z * Z / (4.0 * of * of));
  }
}
