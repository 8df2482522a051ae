package io.clipure.stream.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The merged layers while records are made of them; gathers every problem. One thread. */
final class Values {
  private static final String PROVIDERS = PassThrough.KAFKA + "config.providers";

  private final Map<String, ConfigSource.Entry> entries = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param sources weakest first; a later one wins
   * @param environment for references to variables
   */
  Values(List<ConfigSource> sources, Map<String, String> environment) {
    Map<String, Setting<?>> known = Catalogue.byKey();
    for (ConfigSource source : sources) {
      problems.addAll(source.problems());
      for (ConfigSource.Entry entry : source.entries()) {
        if (known.containsKey(entry.key())) {
          entries.put(entry.key(), entry);
        } else {
          addPassThrough(entry, known);
        }
      }
    }
    resolve(new References(environment));
  }

  /** Of the values in force only: what a stronger layer replaces is not looked up. */
  private void resolve(References references) {
    Set<String> providers = providers();
    List<String> failed = new ArrayList<>();
    entries.replaceAll(
        (key, entry) -> {
          try {
            String text =
                references.resolve(
                    entry.text(), key.startsWith(PassThrough.KAFKA) ? providers : Set.of());
            return text.equals(entry.text()) ? entry : entry.resolved(text);
          } catch (IllegalArgumentException e) {
            problems.add("%s: %s: %s".formatted(entry.where(), key, e.getMessage()));
            failed.add(key);
            return entry;
          }
        });
    failed.forEach(entries::remove);
  }

  /** Those that the Kafka clients are told to load themselves. */
  private Set<String> providers() {
    ConfigSource.Entry entry = entries.get(PROVIDERS);
    if (entry == null) {
      return Set.of();
    }
    Set<String> names =
        Arrays.stream(entry.text().split(",", -1)).map(String::strip).collect(Collectors.toSet());
    names.stream()
        .filter(References::isBuiltIn)
        .sorted()
        .forEach(
            name ->
                problems.add(
                    "%s: %s: \"%s\" is built in; leave it out"
                        .formatted(entry.where(), PROVIDERS, name)));
    return names;
  }

  private void addPassThrough(ConfigSource.Entry entry, Map<String, Setting<?>> known) {
    Optional<String> owner = PassThrough.ownedBy(entry.key());
    if (owner.isPresent()) {
      problems.add(
          "%s: \"%s\" has a setting of its own; use \"%s\""
              .formatted(entry.where(), entry.key(), owner.get()));
    } else if (PassThrough.accepts(entry.key())) {
      entries.put(entry.key(), entry);
    } else {
      List<String> names = new ArrayList<>(known.keySet());
      names.addAll(PassThrough.registryKeys());
      problems.add(
          "%s: unknown key %s%s"
              .formatted(
                  entry.where(),
                  Secrets.shownKey(entry.key()),
                  Suggestion.among(names, entry.key())));
    }
  }

  /** The value in force; the default after a problem, so that all problems are found at once. */
  <T> T get(Setting<T> setting) {
    return find(setting).orElseThrow(() -> new IllegalStateException(setting.key()));
  }

  /** As {@link #get}, for settings without a default. */
  <T> Optional<T> find(Setting<T> setting) {
    ConfigSource.Entry entry = entries.get(setting.key());
    if (entry == null) {
      return setting.defaultValue();
    }
    try {
      return Optional.of(setting.parse(entry.text(), entry.hidden()));
    } catch (IllegalArgumentException e) {
      problems.add(entry.where() + ": " + e.getMessage());
      return setting.defaultValue();
    }
  }

  /** Client keys that satisfy the condition, without the settings of the catalogue. */
  ClientProperties passThrough(Predicate<String> condition, Function<String, String> rename) {
    Map<String, String> selected = new LinkedHashMap<>();
    Set<String> hidden = new HashSet<>();
    Map<String, Setting<?>> known = Catalogue.byKey();
    entries.forEach(
        (key, entry) -> {
          if (!known.containsKey(key) && condition.test(key)) {
            selected.put(rename.apply(key), entry.text());
            if (entry.hidden()) {
              hidden.add(rename.apply(key));
            }
          }
        });
    return new ClientProperties(selected, hidden);
  }

  /** One line; what came by reference is cut out of it. */
  void problem(String line) {
    problems.add(
        Secrets.redact(
            line,
            entries.values().stream()
                .filter(ConfigSource.Entry::hidden)
                .map(ConfigSource.Entry::text)
                .toList()));
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** What was set, by key, in lines for people; secrets hidden. */
  List<String> describe() {
    Map<String, Setting<?>> known = Catalogue.byKey();
    return entries.values().stream()
        .filter(entry -> entry.hidden() || !isDefault(known.get(entry.key()), entry.text()))
        .map(
            entry ->
                "%s = %s (%s)"
                    .formatted(entry.key(), shown(known.get(entry.key()), entry), entry.where()))
        .toList();
  }

  private static boolean isDefault(Setting<?> setting, String text) {
    return setting != null
        && setting.defaultValue().isPresent()
        && setting.defaultText().equals(text.strip());
  }

  private static String shown(Setting<?> setting, ConfigSource.Entry entry) {
    return entry.hidden() || (setting != null && setting.secret())
        ? Secrets.HIDDEN
        : Secrets.shown(entry.key(), entry.text());
  }
}
