package io.clipure.stream.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the page, read once from the class path. */
final class Page {
  /** A file with its media type. */
  record File(String mediaType, byte[] content) {}

  private final Map<String, File> files = new LinkedHashMap<>();
  private final String digest;

  Page() {
    add("", "console.html", "text/html; charset=utf-8");
    add("console.css", "console.css", "text/css; charset=utf-8");
    add("console.js", "console.js", "text/javascript; charset=utf-8");
    add("icon.svg", "icon.svg", "image/svg+xml");
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      files.values().forEach(file -> sha256.update(file.content()));
      digest = HexFormat.of().formatHex(sha256.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private void add(String path, String resource, String mediaType) {
    try (InputStream in = Page.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing in the jar; build it again");
      }
      files.put(path, new File(mediaType, in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " could not be read", e);
    }
  }

  /** The file at a path below the page's. */
  Optional<File> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** Tells whether a page that is open somewhere is this one. */
  String digest() {
    return digest;
  }
}
