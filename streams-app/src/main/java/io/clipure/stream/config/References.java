package io.clipure.stream.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Puts what a value refers to in its place, by Kafka's own {@link ConfigProvider}s (KIP-297,
 * KIP-421) and no others:
 *
 * <ul>
 *   <li>{@code ${file:/run/secrets/name}}: the whole file
 *   <li>{@code ${file:/path/some.properties:key}}: one key of a properties file
 *   <li>{@code ${dir:/run/secrets:name}}: the whole file of that name
 *   <li>{@code ${env:NAME}}: an environment variable
 * </ul>
 *
 * <p>One newline at the end of a whole file is not part of the value. What was put in is not looked
 * at again, so a secret may hold any characters.
 */
final class References {
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{([A-Za-z][A-Za-z0-9_-]*):([^}]*)}");
  private static final Set<String> BUILT_IN = Set.of("file", "dir", "env");

  private final Map<String, String> environment;

  /**
   * @param environment where {@code env} looks
   */
  References(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  static boolean isBuiltIn(String provider) {
    return BUILT_IN.contains(provider);
  }

  /**
   * The text with every reference replaced; the same text if it holds none.
   *
   * @param foreign providers whose references are left for a client to resolve
   * @throws IllegalArgumentException one line that names the reference and never its content
   */
  String resolve(String text, Set<String> foreign) {
    Matcher matcher = REFERENCE.matcher(text);
    return matcher.replaceAll(found -> Matcher.quoteReplacement(replacement(found, foreign)));
  }

  private String replacement(MatchResult found, Set<String> foreign) {
    String body = found.group(2);
    return switch (found.group(1)) {
      case "file" -> file(found.group(), body);
      case "dir" -> {
        int colon = body.lastIndexOf(':');
        if (colon < 1 || colon == body.length() - 1) {
          throw unresolved(found.group(), "expected ${dir:DIRECTORY:FILE}");
        }
        yield wholeFile(
            found.group(), Path.of(body.substring(0, colon)), body.substring(colon + 1));
      }
      case "env" ->
          value(
              found.group(),
              body,
              "is not in the environment",
              () -> get(new EnvVarConfigProvider(environment), "", body));
      default -> {
        if (!foreign.contains(found.group(1))) {
          // Not repeated: it may be a piece of a password that only looks like a reference.
          throw new IllegalArgumentException(
              "refers to an unknown provider; expected ${file:...}, ${dir:...} or ${env:...}; put a"
                  + " value that holds ${ into a file and refer to that");
        }
        yield found.group();
      }
    };
  }

  private String file(String reference, String body) {
    int colon = body.lastIndexOf(':');
    if (colon < 0) {
      Path path = Path.of(body).toAbsolutePath();
      if (path.getFileName() == null) {
        throw unresolved(reference, "expected ${file:PATH} or ${file:PATH:KEY}");
      }
      return wholeFile(reference, path.getParent(), path.getFileName().toString());
    }
    String path = body.substring(0, colon);
    String key = body.substring(colon + 1);
    requireReadable(reference, Path.of(path));
    return value(
        reference, key, "is no key of " + path, () -> get(new FileConfigProvider(), path, key));
  }

  private static String wholeFile(String reference, Path directory, String name) {
    requireReadable(reference, directory.resolve(name));
    String content =
        value(
            reference,
            name,
            "is no file of " + directory,
            () -> get(new DirectoryConfigProvider(), directory.toString(), name));
    return content.replaceFirst("\r?\n\\z", "");
  }

  /** None of the three has anything to close. */
  private static ConfigData get(ConfigProvider provider, String path, String key) {
    provider.configure(Map.of());
    return provider.get(path, Set.of(key));
  }

  private static String value(
      String reference, String key, String missing, Supplier<ConfigData> data) {
    String value;
    try {
      value = data.get().data().get(key);
    } catch (RuntimeException e) {
      throw unresolved(reference, "cannot be read (" + e.getClass().getSimpleName() + ")");
    }
    if (value == null) {
      throw unresolved(reference, '"' + key + "\" " + missing);
    }
    return value;
  }

  /** Kafka's providers log a stack trace where this says a line. */
  private static void requireReadable(String reference, Path path) {
    if (!Files.isRegularFile(path)) {
      throw unresolved(reference, path + " is not a file");
    }
    if (!Files.isReadable(path)) {
      throw unresolved(reference, path + " may not be read by this user");
    }
  }

  private static IllegalArgumentException unresolved(String reference, String why) {
    return new IllegalArgumentException(reference + " cannot be resolved: " + why);
  }
}
