package io.clipure.stream.clip;

import static io.clipure.stream.clip.JsonFields.describe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code manifest.json} strictly: every finding names the field by its JSON path. */
final class ManifestReader {
  /** How far the blank anchor's length may be from 1: room for figures written with 4 digits. */
  private static final double UNIT_TOLERANCE = 1e-3;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ManifestReader() {}

  /**
   * Reads and checks a manifest.
   *
   * @param bundle where the bundle lies, for messages
   * @param bytes the manifest's bytes
   * @throws BundleException if anything is missing, malformed, unknown or out of range
   */
  static BundleManifest read(String bundle, byte[] bytes) {
    JsonNode tree;
    try {
      tree = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new BundleException(
          "bundle "
              + bundle
              + ": manifest.json is not valid JSON at line "
              + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
              + " ("
              + OneLine.of(e.getOriginalMessage())
              + "); copy or export the bundle again",
          e);
    } catch (IOException e) {
      throw new BundleException(
          "bundle " + bundle + ": manifest.json cannot be read: " + OneLine.of(e), e);
    }
    JsonFields root = JsonFields.root(bundle, tree);
    String format = root.text("format");
    root.check(
        "format",
        format.equals(BundleManifest.FORMAT),
        describe(format),
        "\"" + BundleManifest.FORMAT + "\"; export the bundle for this version");
    BundleManifest manifest = manifest(root);
    root.done();
    return manifest;
  }

  private static BundleManifest manifest(JsonFields root) {
    int dimension = root.integer("embedding_dim", 1, 65_536);
    Map<String, BundleManifest.FileEntry> files = files(root.object("files"));
    JsonFields calibration = root.optionalObject("calibration");
    ModelInfo.Calibration thresholds = null;
    String note = null;
    if (calibration != null) {
      thresholds = CalibrationReader.read(calibration);
      note = calibration.optionalText("note");
      calibration.done();
    }
    return new BundleManifest(
        root.text("name"),
        root.text("architecture"),
        root.text("license"),
        root.text("provenance"),
        dimension,
        logitScale(root),
        image(root.object("image"), files),
        text(root.object("text"), files),
        tokenizer(root.object("tokenizer"), files),
        vocabulary(root),
        templates(root),
        anchor(root, dimension),
        thresholds,
        note,
        precision(root),
        root.optionalFreeForm("evaluation"),
        gradient(root.optionalObject("gradient"), files),
        files);
  }

  private static String precision(JsonFields root) {
    String precision = root.optionalText("precision");
    root.check(
        "precision",
        precision == null || precision.equals("fp32") || precision.equals("fp16"),
        precision,
        "fp32 or fp16");
    return precision == null ? "fp32" : precision;
  }

  private static double logitScale(JsonFields root) {
    double scale = root.number("logit_scale", 0, 1e6);
    root.check("logit_scale", scale > 0, scale, "a number above 0, already exponentiated");
    return scale;
  }

  private static BundleManifest.Image image(
      JsonFields image, Map<String, BundleManifest.FileEntry> files) {
    BundleManifest.Image result =
        new BundleManifest.Image(
            file(image, files),
            image.text("input"),
            image.text("output"),
            image.integer("size", 1, 4_096),
            image.numbers("mean", 3, 0, 1),
            image.numbers("std", 3, 0, 10),
            image.oneOf("resize", "bicubic-shortest-side"),
            image.oneOf("crop", "center"));
    image.check(
        "std", result.std().stream().allMatch(std -> std > 0), result.std(), "numbers above 0");
    image.done();
    return result;
  }

  private static BundleManifest.Text text(
      JsonFields text, Map<String, BundleManifest.FileEntry> files) {
    BundleManifest.Text result =
        new BundleManifest.Text(
            file(text, files),
            text.text("input"),
            text.text("output"),
            text.integer("context_length", 3, 4_096));
    text.done();
    return result;
  }

  private static BundleManifest.Tokenizer tokenizer(
      JsonFields tokenizer, Map<String, BundleManifest.FileEntry> files) {
    BundleManifest.Tokenizer result =
        new BundleManifest.Tokenizer(
            file(tokenizer, files), tokenizer.integer("pad_id", 0, Integer.MAX_VALUE));
    tokenizer.done();
    return result;
  }

  private static BundleManifest.Gradient gradient(
      JsonFields gradient, Map<String, BundleManifest.FileEntry> files) {
    if (gradient == null) {
      return null;
    }
    BundleManifest.Gradient result =
        new BundleManifest.Gradient(
            file("forward", gradient, files),
            file("vjp", gradient, files),
            gradient.text("input"),
            gradient.text("output"),
            gradient.text("cotangent"),
            gradient.text("gradient"));
    gradient.done();
    return result;
  }

  private static String file(JsonFields fields, Map<String, BundleManifest.FileEntry> files) {
    return file("file", fields, files);
  }

  private static String file(
      String field, JsonFields fields, Map<String, BundleManifest.FileEntry> files) {
    String name = fields.text(field);
    fields.check(field, files.containsKey(name), describe(name), "one of \"files\"");
    return name;
  }

  private static Set<String> vocabulary(JsonFields root) {
    List<String> words = root.optionalTexts("vocabulary");
    if (words == null) {
      return null;
    }
    for (String word : words) {
      root.check(
          "vocabulary",
          word.equals(word.toLowerCase(Locale.ROOT)),
          describe(word),
          "lower-case words");
    }
    return Collections.unmodifiableSet(new LinkedHashSet<>(words));
  }

  private static List<String> templates(JsonFields root) {
    List<String> templates = root.texts("templates");
    root.check("templates", !templates.isEmpty(), "none", "at least one template such as \"{}\"");
    for (String template : templates) {
      int first = template.indexOf("{}");
      root.check(
          "templates",
          first >= 0 && first == template.lastIndexOf("{}"),
          describe(template),
          "exactly one {} in each template");
    }
    return templates;
  }

  private static float[] anchor(JsonFields root, int dimension) {
    List<Double> values = root.numbers("blank_anchor", dimension, -1.1, 1.1);
    double square = 0;
    float[] anchor = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      anchor[i] = values.get(i).floatValue();
      square += values.get(i) * values.get(i);
    }
    double length = Math.sqrt(square);
    root.check(
        "blank_anchor",
        Math.abs(length - 1) <= UNIT_TOLERANCE,
        String.format(Locale.ROOT, "length %.6f", length),
        "a unit vector");
    return anchor;
  }

  private static Map<String, BundleManifest.FileEntry> files(JsonFields files) {
    Map<String, BundleManifest.FileEntry> entries = new LinkedHashMap<>();
    for (String name : files.names()) {
      files.check(name, isInside(name), describe(name), "a relative path inside the bundle");
      JsonFields entry = files.object(name);
      String digest = entry.text("sha256");
      entry.check(
          "sha256",
          SHA256.matcher(digest).matches(),
          describe(digest),
          "64 lower-case hexadecimal digits");
      entries.put(
          name,
          new BundleManifest.FileEntry(digest, entry.wholeNumber("bytes", 0, Long.MAX_VALUE)));
      entry.done();
    }
    return Collections.unmodifiableMap(entries);
  }

  /** Plain names joined by '/': nothing that leaves the directory on any operating system. */
  private static boolean isInside(String name) {
    if (name.isBlank() || name.indexOf('\\') >= 0 || name.indexOf(':') >= 0) {
      return false;
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
        return false;
      }
    }
    return true;
  }
}
