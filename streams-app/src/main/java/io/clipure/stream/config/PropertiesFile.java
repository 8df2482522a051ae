package io.clipure.stream.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/** Reads a properties file and, unlike {@link Properties}, keeps line numbers and duplicates. */
final class PropertiesFile {
  private static final Pattern SEPARATOR = Pattern.compile("(?<!\\\\)[=:]");

  private final Path path;
  private final List<ConfigSource.Entry> entries = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Integer> firstLines = new HashMap<>();

  private PropertiesFile(Path path) {
    this.path = path;
  }

  static ConfigSource read(Path path) {
    PropertiesFile file = new PropertiesFile(path);
    try {
      file.addAll(Files.readAllLines(path));
    } catch (NoSuchFileException e) {
      file.problems.add("file %s: does not exist; expected a properties file".formatted(path));
    } catch (CharacterCodingException e) {
      file.problems.add("file %s: is not UTF-8; save it as UTF-8".formatted(path));
    } catch (IOException e) {
      file.problems.add("file %s: cannot be read: %s".formatted(path, e));
    }
    return new ConfigSource(file.entries, file.problems);
  }

  private void addAll(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      int first = i + 1;
      StringBuilder logical = new StringBuilder(lines.get(i)).append('\n');
      boolean comment = lines.get(i).stripLeading().matches("[#!].*");
      while (!comment && continues(lines.get(i)) && i + 1 < lines.size()) {
        i++;
        logical.append(lines.get(i)).append('\n');
      }
      add(first, logical.toString());
    }
  }

  private void add(int line, String text) {
    String where = "file %s line %d".formatted(path.getFileName(), line);
    Properties one = new Properties();
    try {
      one.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      problems.add("%s: %s; expected key=value".formatted(where, e.getMessage()));
      return;
    }
    if (!one.isEmpty() && !SEPARATOR.matcher(text).find()) {
      // Not repeated: it may be a line of a private key that lost its backslash.
      problems.add("%s: is not key=value; expected one, or a backslash before it".formatted(where));
      return;
    }
    for (String key : one.stringPropertyNames()) {
      Integer earlier = firstLines.putIfAbsent(key, line);
      if (earlier != null) {
        problems.add(
            "%s: %s is already set in line %d; keep one"
                .formatted(where, Secrets.shownKey(key), earlier));
      } else {
        entries.add(new ConfigSource.Entry(key, one.getProperty(key), where));
      }
    }
  }

  /** An odd number of backslashes at the end. */
  private static boolean continues(String line) {
    int backslashes = 0;
    while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }
}
