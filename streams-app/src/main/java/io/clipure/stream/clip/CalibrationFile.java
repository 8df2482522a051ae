package io.clipure.stream.clip;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A calibration measured on somebody's own images, format {@value #FORMAT}: what replaces the
 * calibration of a bundle, what it was measured for, and the evidence. {@link CalibrationFiles}
 * writes and reads it.
 *
 * @param id name for people
 * @param digest SHA-256 (hex) of the canonical content, id included
 * @param madeFor what the figures hold for
 * @param measured how they came about
 * @param calibration the figures; its id is {@link #stamp()}
 * @param evidence free-form object: intervals, calibration errors, reliability, quantiles
 */
public record CalibrationFile(
    String id,
    String digest,
    MadeFor madeFor,
    Measured measured,
    ModelInfo.Calibration calibration,
    JsonNode evidence) {

  /** The format this version reads and writes. */
  public static final String FORMAT = "clipure-calibration/1";

  private static final int STAMP_DIGITS = 12;

  /**
   * What the figures hold for. Under another bundle they mean nothing; under another label set,
   * purifier or view plan scores are distributed otherwise.
   *
   * @param model name of the bundle
   * @param modelDigest its digest
   * @param labelSet name of the label set
   * @param labelSetDigest its digest
   * @param purifier id of the purifier
   * @param views id of the view plan
   * @param viewsKeyId id of the views' key; null: the plan needs none
   */
  public record MadeFor(
      String model,
      String modelDigest,
      String labelSet,
      String labelSetDigest,
      String purifier,
      String views,
      String viewsKeyId) {}

  /**
   * How the figures came about.
   *
   * @param date day of the measurement, ISO 8601, UTC
   * @param source where the images came from
   * @param images ordinary images
   * @param flagBudget largest share of ordinary images to be flagged as suspicious
   * @param confidence of the budget being kept, and of every interval
   * @param falseFlags lower and upper end of the interval of that share
   * @param lowConfidenceShare largest share to be marked low-confidence
   */
  public record Measured(
      String date,
      String source,
      int images,
      double flagBudget,
      double confidence,
      List<Double> falseFlags,
      double lowConfidenceShare) {
    /** Copies. */
    public Measured {
      falseFlags = List.copyOf(falseFlags);
    }
  }

  /** What verdicts carry: the id, and enough of the digest to tell contents apart. */
  public String stamp() {
    return stamp(id, digest);
  }

  static String stamp(String id, String digest) {
    return id + "@" + digest.substring(0, STAMP_DIGITS);
  }
}
