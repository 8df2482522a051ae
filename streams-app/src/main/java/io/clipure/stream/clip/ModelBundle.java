package io.clipure.stream.clip;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * A verified model bundle: a directory with {@code manifest.json} and the files it pins by size and
 * SHA-256. Opening reads every file once; encoders are opened from it, one for each device worker.
 *
 * <p><b>Threading</b>: immutable.
 */
public final class ModelBundle {
  /** A manifest is kilobytes; more is another file under its name. */
  private static final long MAX_MANIFEST_BYTES = 16L << 20;

  private static final String MANIFEST = "manifest.json";

  private final Path directory;
  private final BundleManifest manifest;
  private final String digest;

  private ModelBundle(Path directory, BundleManifest manifest, String digest) {
    this.directory = directory;
    this.manifest = manifest;
    this.digest = digest;
  }

  /**
   * Opens and verifies a bundle.
   *
   * @throws BundleException if anything is missing, malformed or not what the manifest pins
   */
  public static ModelBundle open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new BundleException(
          "bundle "
              + directory
              + ": seen "
              + (Files.exists(directory) ? "a file" : "nothing")
              + ", expected a directory with manifest.json; check the path");
    }
    String place = directory.toString();
    byte[] bytes = manifestBytes(directory);
    BundleManifest manifest = ManifestReader.read(place, bytes);
    for (Map.Entry<String, BundleManifest.FileEntry> entry : manifest.files().entrySet()) {
      verify(directory, entry.getKey(), entry.getValue());
    }
    return new ModelBundle(directory, manifest, HexFormat.of().formatHex(sha256().digest(bytes)));
  }

  /** The checked manifest. */
  public BundleManifest manifest() {
    return manifest;
  }

  /** SHA-256 (hex) of the manifest's bytes, which pin every file. */
  public String digest() {
    return digest;
  }

  /** The lower-case words the text encoder was trained on; null for an open vocabulary. */
  public Set<String> knownWords() {
    return manifest.vocabulary();
  }

  /** What the rest of the service must know. */
  public ModelInfo info() {
    return new ModelInfo(
        manifest.name(),
        digest,
        manifest.image().size(),
        manifest.embeddingDim(),
        manifest.logitScale(),
        manifest.blankAnchor().clone(),
        manifest.templates(),
        manifest.calibration());
  }

  /** Facts for people, in order. */
  public BundleInspection inspect() {
    return BundleInspection.of(this);
  }

  /**
   * Opens the image encoder on a device.
   *
   * @param device {@code cpu} or {@code gpu:N}
   * @throws IllegalArgumentException if the device is named otherwise
   * @throws EncoderException if the device cannot be used; there is no fallback
   * @throws BundleException if the graph is not the one the manifest describes
   */
  public DjlImageEncoder openImageEncoder(String device, EncoderOptions options) {
    ComputeDevice on = ComputeDevice.parse(device);
    return DjlImageEncoder.open(this, on, options.fitFor(manifest.precision(), on));
  }

  /**
   * Opens the image tower's gradient on a device, for attacks and measurements.
   *
   * @param device {@code cpu} or {@code gpu:N}
   * @throws IllegalArgumentException if the device is named otherwise
   * @throws EncoderException if the device cannot be used; there is no fallback
   * @throws BundleException if the bundle has no gradient, or its graphs are not those the manifest
   *     describes
   */
  public DjlImageGradient openImageGradient(String device, EncoderOptions options) {
    return DjlImageGradient.open(this, ComputeDevice.parse(device), options);
  }

  /**
   * Opens the diffusion prior on a device, for CLIPure-Diff.
   *
   * @param device {@code cpu} or {@code gpu:N}
   * @throws IllegalArgumentException if the device is named otherwise
   * @throws EncoderException if the device cannot be used; there is no fallback
   * @throws BundleException if the bundle has no prior, or its graphs are not those the manifest
   *     describes
   */
  public DjlPrior openPrior(String device, EncoderOptions options) {
    if (manifest.prior() == null) {
      throw new BundleException(
          "bundle "
              + directory
              + ": seen no diffusion prior in manifest.json, expected the section \"prior\"; add it"
              + " with streams-app/models/export_prior.py --out");
    }
    return DjlPrior.open(
        place(),
        directory,
        manifest.prior(),
        manifest.embeddingDim(),
        ComputeDevice.parse(device),
        options);
  }

  /**
   * Opens the text encoder on a device.
   *
   * @param device {@code cpu} or {@code gpu:N}
   * @throws IllegalArgumentException if the device is named otherwise
   * @throws EncoderException if the device cannot be used; there is no fallback
   * @throws BundleException if tokenizer or graph are not those the manifest describes
   */
  public DjlTextEncoder openTextEncoder(String device, EncoderOptions options) {
    ComputeDevice on = ComputeDevice.parse(device);
    return DjlTextEncoder.open(this, on, options.fitFor(manifest.precision(), on));
  }

  /**
   * Opens the tokenizer alone.
   *
   * @throws BundleException if the file is no tokenizer
   */
  public ClipTokenizer openTokenizer() {
    return ClipTokenizer.open(
        place(),
        file(manifest.tokenizer().file()),
        manifest.text().contextLength(),
        manifest.tokenizer().padId());
  }

  /** The engine that runs the graphs, with its version, for provenance. */
  public String engine() {
    return DjlEngine.version();
  }

  /** Where the bundle lies, for messages. */
  String place() {
    return directory.toString();
  }

  /** A file of the bundle; the manifest reader has made sure that it lies inside. */
  Path file(String name) {
    return directory.resolve(name);
  }

  private static byte[] manifestBytes(Path directory) {
    Path file = directory.resolve(MANIFEST);
    try {
      if (!Files.isRegularFile(file)) {
        throw new BundleException(
            "bundle "
                + directory
                + ": seen no manifest.json, expected one; name the directory that an export made");
      }
      if (Files.size(file) > MAX_MANIFEST_BYTES) {
        throw new BundleException(
            "bundle "
                + directory
                + ": manifest.json: seen "
                + Files.size(file)
                + " bytes, expected at most "
                + MAX_MANIFEST_BYTES
                + "; this is not a manifest");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(directory, MANIFEST, e);
    }
  }

  private static void verify(Path directory, String name, BundleManifest.FileEntry expected) {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw refused(directory, name, "no such file", "one of " + expected.bytes() + " bytes");
    }
    try {
      long bytes = Files.size(file);
      if (bytes != expected.bytes()) {
        throw refused(directory, name, bytes + " bytes", expected.bytes() + " bytes");
      }
      String digest = HexFormat.of().formatHex(digest(file));
      if (!digest.equals(expected.sha256())) {
        throw refused(directory, name, "SHA-256 " + digest, expected.sha256());
      }
    } catch (IOException e) {
      throw unreadable(directory, name, e);
    }
  }

  private static byte[] digest(Path file) throws IOException {
    MessageDigest sha256 = sha256();
    byte[] chunk = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        sha256.update(chunk, 0, read);
      }
    }
    return sha256.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static BundleException refused(
      Path directory, String name, String seen, String expected) {
    return new BundleException(
        "bundle "
            + directory
            + ": "
            + name
            + ": seen "
            + seen
            + ", expected "
            + expected
            + "; copy or export the bundle again");
  }

  private static BundleException unreadable(Path directory, String name, IOException e) {
    return new BundleException(
        "bundle "
            + directory
            + ": "
            + name
            + " cannot be read ("
            + e.getClass().getSimpleName()
            + ": "
            + OneLine.of(e)
            + "); check permissions and disk",
        e);
  }
}
