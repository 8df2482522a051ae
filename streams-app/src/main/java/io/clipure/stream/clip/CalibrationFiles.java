package io.clipure.stream.clip;

import static io.clipure.stream.clip.JsonFields.describe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads and writes calibration files, strictly: every finding names the field by its JSON path. The
 * object {@code calibration} is the one of a bundle's manifest.
 */
public final class CalibrationFiles {
  /** Evidence is kilobytes; more is another file. */
  private static final long MAX_BYTES = 16L << 20;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private CalibrationFiles() {}

  /**
   * A calibration with its digest.
   *
   * @param calibration the figures; its id is the one for people
   * @param evidence free-form object
   */
  public static CalibrationFile of(
      CalibrationFile.MadeFor madeFor,
      CalibrationFile.Measured measured,
      ModelInfo.Calibration calibration,
      JsonNode evidence) {
    CalibrationFile draft =
        new CalibrationFile(
            calibration.id(), "", madeFor, measured, calibration, evidence.deepCopy());
    return read("calibration", text(draft, digest(content(draft))));
  }

  /** The file's text, indented. */
  public static String write(CalibrationFile file) {
    return text(file, file.digest());
  }

  /**
   * Reads a file and checks that its content is what its digest says.
   *
   * @throws BundleException if it cannot be read, is malformed, or was changed
   */
  public static CalibrationFile read(Path file) {
    String place = "calibration file " + file;
    try {
      if (!Files.isRegularFile(file)) {
        throw new BundleException(
            place + ": seen no such file, expected one that calibrate wrote; check the path");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new BundleException(
            "%s: seen %d bytes, expected at most %d; this is no calibration"
                .formatted(place, Files.size(file), MAX_BYTES));
      }
      return read(place, Files.readString(file));
    } catch (IOException e) {
      throw new BundleException(place + " cannot be read: " + OneLine.of(e), e);
    }
  }

  static CalibrationFile read(String place, String text) {
    JsonNode tree;
    try {
      tree = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new BundleException(
          "%s is not valid JSON at line %s (%s); calibrate again"
              .formatted(
                  place,
                  e.getLocation() == null ? "?" : e.getLocation().getLineNr(),
                  OneLine.of(e.getOriginalMessage())),
          e);
    }
    JsonFields root = JsonFields.of(place, tree);
    String format = root.text("format");
    root.check(
        "format",
        format.equals(CalibrationFile.FORMAT),
        describe(format),
        "\"" + CalibrationFile.FORMAT + "\"; calibrate with this version");
    String digest = digest(root, "digest");
    JsonFields figures = root.object("calibration");
    ModelInfo.Calibration calibration = CalibrationReader.read(figures);
    figures.done();
    CalibrationFile file =
        new CalibrationFile(
            calibration.id(),
            digest,
            madeFor(root.object("made_for")),
            measured(root.object("measured")),
            withId(calibration, CalibrationFile.stamp(calibration.id(), digest)),
            root.freeForm("evidence"));
    root.done();
    String actual = digest(tree);
    if (!actual.equals(digest)) {
      throw new BundleException(
          "%s: digest is %s, but its content has %s: it was changed or cut; calibrate again"
              .formatted(place, digest, actual));
    }
    return file;
  }

  private static CalibrationFile.MadeFor madeFor(JsonFields fields) {
    CalibrationFile.MadeFor madeFor =
        new CalibrationFile.MadeFor(
            fields.text("model"),
            digest(fields, "model_digest"),
            fields.text("label_set"),
            digest(fields, "label_set_digest"),
            fields.text("purifier"),
            fields.text("views"),
            fields.optionalText("views_key_id"));
    fields.done();
    return madeFor;
  }

  private static CalibrationFile.Measured measured(JsonFields fields) {
    CalibrationFile.Measured measured =
        new CalibrationFile.Measured(
            fields.text("date"),
            fields.text("source"),
            fields.integer("images", 1, Integer.MAX_VALUE),
            fields.number("flag_budget", 0, 1),
            fields.number("confidence", 0, 1),
            fields.numbers("false_flags", 2, 0, 1),
            fields.number("low_confidence_share", 0, 1));
    fields.done();
    return measured;
  }

  private static String digest(JsonFields fields, String name) {
    String digest = fields.text(name);
    fields.check(
        name,
        SHA256.matcher(digest).matches(),
        describe(digest),
        "64 lower-case hexadecimal digits");
    return digest;
  }

  private static String text(CalibrationFile file, String digest) {
    ObjectNode content = content(file);
    ObjectNode root = JSON.createObjectNode();
    root.set("format", content.remove("format"));
    root.put("digest", digest);
    root.setAll(content);
    return root.toPrettyString() + "\n";
  }

  /** Of what was read back: a number counts as it is written. */
  private static String digest(JsonNode content) {
    try {
      ObjectNode tree = (ObjectNode) JSON.readTree(content.toString());
      tree.remove("digest");
      return CanonicalJson.digest(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what Jackson wrote it reads", e);
    }
  }

  private static ObjectNode content(CalibrationFile file) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", CalibrationFile.FORMAT);
    calibration(root.putObject("calibration"), file);
    CalibrationFile.MadeFor madeFor = file.madeFor();
    root.putObject("made_for")
        .put("model", madeFor.model())
        .put("model_digest", madeFor.modelDigest())
        .put("label_set", madeFor.labelSet())
        .put("label_set_digest", madeFor.labelSetDigest())
        .put("purifier", madeFor.purifier())
        .put("views", madeFor.views())
        .put("views_key_id", madeFor.viewsKeyId());
    CalibrationFile.Measured measured = file.measured();
    ObjectNode how =
        root.putObject("measured")
            .put("date", measured.date())
            .put("source", measured.source())
            .put("images", measured.images())
            .put("flag_budget", measured.flagBudget())
            .put("confidence", measured.confidence());
    numbers(how.putArray("false_flags"), measured.falseFlags());
    how.put("low_confidence_share", measured.lowConfidenceShare());
    root.set("evidence", file.evidence());
    return root;
  }

  private static void calibration(ObjectNode node, CalibrationFile file) {
    ModelInfo.Calibration figures = file.calibration();
    node.put("id", file.id())
        .put("temperature", figures.temperature())
        .put("low_confidence_score", figures.lowConfidenceScore())
        .put("low_confidence_margin", figures.lowConfidenceMargin())
        .put("suspicion_threshold", figures.suspicionThreshold());
    ObjectNode labels = node.putObject("label_thresholds");
    new TreeMap<>(figures.labelThresholds()).forEach(labels::put);
    if (figures.suspicion() == null) {
      node.putNull("suspicion");
      return;
    }
    ObjectNode suspicion =
        node.putObject("suspicion")
            .put("views", figures.suspicion().views())
            .put("bias", figures.suspicion().bias());
    ArrayNode signals = suspicion.putArray("signals");
    for (ModelInfo.SuspicionModel.Signal signal : figures.suspicion().signals()) {
      signals
          .addObject()
          .put("name", signal.name())
          .put("mean", signal.mean())
          .put("scale", signal.scale())
          .put("weight", signal.weight());
    }
  }

  private static void numbers(ArrayNode array, List<Double> values) {
    values.forEach(value -> array.add(value.doubleValue()));
  }

  private static ModelInfo.Calibration withId(ModelInfo.Calibration figures, String id) {
    return new ModelInfo.Calibration(
        id,
        figures.lowConfidenceScore(),
        figures.lowConfidenceMargin(),
        figures.suspicionThreshold(),
        figures.temperature(),
        figures.labelThresholds(),
        figures.suspicion());
  }
}
