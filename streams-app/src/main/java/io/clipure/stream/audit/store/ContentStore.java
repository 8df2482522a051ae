package io.clipure.stream.audit.store;

import io.clipure.stream.audit.AuditException;
import io.clipure.stream.clip.CalibrationFile;
import io.clipure.stream.clip.CalibrationFiles;
import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.LabelSetYaml;
import io.clipure.stream.policy.LabelSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of things by digest:
 *
 * <pre>
 *   bundles/DIGEST/manifest.json …    model bundles; the digest is that of the manifest
 *   label-sets/DIGEST.yaml            label sets (YAML, of which JSON is a part)
 *   calibrations/DIGEST.json          calibration files
 * </pre>
 *
 * <p>Everything is checked against its digest when it is put in and again when it is taken out. A
 * thing appears under its name only when it is whole. Digests come from records that anybody may
 * have written, so what is no digest is not looked for.
 *
 * <p><b>Threading</b>: any number of threads and processes may use one folder.
 */
public final class ContentStore {
  private static final Pattern STAMP = Pattern.compile(".*@([0-9a-f]{12})", Pattern.DOTALL);

  private final StoreFolder folder;

  /** What a thing is. */
  public enum Kind {
    BUNDLE("bundles", "", "bundle"),
    LABEL_SET("label-sets", ".yaml", "label set"),
    CALIBRATION("calibrations", ".json", "calibration");

    private final String folder;
    private final String suffix;
    private final String title;

    Kind(String folder, String suffix, String title) {
      this.folder = folder;
      this.suffix = suffix;
      this.title = title;
    }

    /** The kind for people. */
    public String title() {
      return title;
    }

    String folder() {
      return folder;
    }

    String suffix() {
      return suffix;
    }
  }

  /**
   * A thing in the store.
   *
   * @param name what people call it; for a calibration what verdicts carry
   */
  public record Entry(Kind kind, String name, String digest, Path path) {}

  /** A store in a folder, which need not be there yet. */
  public ContentStore(Path directory) {
    this.folder = new StoreFolder(directory);
  }

  /** The folder of the bundle with this digest; whoever opens it verifies its files. */
  public Optional<Path> bundle(String digest) {
    return folder.existing(Kind.BUNDLE, digest);
  }

  /**
   * The label set with this digest.
   *
   * @throws io.clipure.stream.policy.LabelSetException if the file is no sound label set
   * @throws AuditException if it is another one
   */
  public Optional<LabelSet> labelSet(String digest) {
    return folder
        .existing(Kind.LABEL_SET, digest)
        .map(
            path -> {
              LabelSet set = LabelSetYaml.load(path);
              StoreFolder.requireDigest(path, digest, set.digest());
              return set;
            });
  }

  /**
   * The calibration file that verdicts name by this stamp.
   *
   * @throws io.clipure.stream.clip.BundleException if a file is not whole
   */
  public Optional<CalibrationFile> calibration(String stamp) {
    var matcher = STAMP.matcher(stamp);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String start = matcher.group(1);
    return folder.list(Kind.CALIBRATION).stream()
        .filter(path -> path.getFileName().toString().startsWith(start))
        .map(CalibrationFiles::read)
        .filter(file -> file.stamp().equals(stamp))
        .findFirst();
  }

  /**
   * Puts a thing in: a folder is a bundle, a file a calibration or a label set.
   *
   * @return what it is, and where it now lies; adding it again changes nothing
   * @throws AuditException if it cannot be copied
   * @throws io.clipure.stream.clip.BundleException if it is a bundle or calibration and not whole
   * @throws io.clipure.stream.policy.LabelSetException if it is no sound label set
   */
  public Entry add(Path path) {
    if (Files.isDirectory(path)) {
      return addBundle(path);
    }
    if (!Files.isRegularFile(path)) {
      throw new AuditException(
          path + ": seen nothing there, expected a bundle folder, a label set or a calibration");
    }
    return isCalibration(path) ? addCalibration(path) : addLabelSet(path);
  }

  /**
   * Puts a label set in that came from elsewhere, for example from the label-sets topic.
   *
   * @throws AuditException if it cannot be written
   * @throws io.clipure.stream.policy.LabelSetException if it is not sound
   */
  public Entry add(LabelSet set) {
    LabelSet sound = LabelSets.verified(set);
    Path target =
        folder.put(
            Kind.LABEL_SET,
            sound.digest(),
            partial -> {
              Files.writeString(partial, LabelSetText.of(sound));
              StoreFolder.requireDigest(
                  partial, sound.digest(), LabelSetYaml.load(partial).digest());
            });
    return new Entry(Kind.LABEL_SET, sound.name(), sound.digest(), target);
  }

  private Entry addBundle(Path path) {
    ModelBundle bundle = ModelBundle.open(path);
    List<String> files =
        Stream.concat(Stream.of("manifest.json"), bundle.manifest().files().keySet().stream())
            .toList();
    Path target =
        folder.put(
            Kind.BUNDLE,
            bundle.digest(),
            partial -> {
              for (String file : files) {
                Path copy = partial.resolve(file);
                Files.createDirectories(copy.getParent());
                Files.copy(path.resolve(file), copy);
              }
              StoreFolder.requireDigest(path, bundle.digest(), ModelBundle.open(partial).digest());
            });
    return new Entry(Kind.BUNDLE, bundle.info().name(), bundle.digest(), target);
  }

  private Entry addCalibration(Path path) {
    CalibrationFile file = CalibrationFiles.read(path);
    return addFile(
        Kind.CALIBRATION,
        path,
        file.stamp(),
        file.digest(),
        copy -> CalibrationFiles.read(copy).digest());
  }

  private Entry addLabelSet(Path path) {
    LabelSet set = LabelSetYaml.load(path);
    return addFile(
        Kind.LABEL_SET, path, set.name(), set.digest(), copy -> LabelSetYaml.load(copy).digest());
  }

  private Entry addFile(
      Kind kind, Path path, String name, String digest, Function<Path, String> digestOf) {
    Path target =
        folder.put(
            kind,
            digest,
            partial -> {
              Files.copy(path, partial);
              StoreFolder.requireDigest(path, digest, digestOf.apply(partial));
            });
    return new Entry(kind, name, digest, target);
  }

  /** What the store holds, by kind, then digest. Opens everything: slow for many bundles. */
  public List<Entry> entries() {
    return Stream.of(
            folder.list(Kind.BUNDLE).stream()
                .map(ModelBundle::open)
                .map(
                    bundle ->
                        new Entry(
                            Kind.BUNDLE,
                            bundle.info().name(),
                            bundle.digest(),
                            folder.path(Kind.BUNDLE, bundle.digest()))),
            folder.list(Kind.LABEL_SET).stream()
                .map(
                    path -> {
                      LabelSet set = LabelSetYaml.load(path);
                      return new Entry(Kind.LABEL_SET, set.name(), set.digest(), path);
                    }),
            folder.list(Kind.CALIBRATION).stream()
                .map(
                    path -> {
                      CalibrationFile file = CalibrationFiles.read(path);
                      return new Entry(Kind.CALIBRATION, file.stamp(), file.digest(), path);
                    }))
        .flatMap(entries -> entries)
        .toList();
  }

  private static boolean isCalibration(Path path) {
    try {
      // Both are text; only one names this format.
      return Files.size(path) < (16L << 20)
          && Files.readString(path).contains("\"clipure-calibration/");
    } catch (IOException e) {
      return false; // Not UTF-8: the reader of label sets says so better.
    }
  }
}
