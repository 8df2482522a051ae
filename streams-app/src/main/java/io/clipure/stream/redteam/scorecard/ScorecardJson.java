package io.clipure.stream.redteam.scorecard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;

/** The scorecard as JSON; {@code format} says which version. */
public final class ScorecardJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ScorecardJson() {}

  /** Writes; ends with a line end. */
  public static byte[] write(Scorecard scorecard) {
    try {
      return (MAPPER.writeValueAsString(scorecard) + "\n")
          .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a scorecard could not be written as JSON", e);
    }
  }

  /**
   * Reads.
   *
   * @throws IOException if it is no scorecard of this version
   */
  public static Scorecard read(byte[] json) throws IOException {
    String format = MAPPER.readTree(json).path("format").asText("none");
    if (!format.equals(Scorecard.FORMAT)) {
      throw new IOException("format is " + format + ", expected " + Scorecard.FORMAT);
    }
    return MAPPER.readValue(json, Scorecard.class);
  }
}
