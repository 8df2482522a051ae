package io.clipure.stream.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** The merged layers while records are made of them; gathers every problem. One thread. */
final class Values {
  private final Map<String, ConfigSource.Entry> entries = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param sources weakest first; a later one wins
   */
  Values(List<ConfigSource> sources) {
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
          "%s: unknown key \"%s\"%s"
              .formatted(entry.where(), entry.key(), Suggestion.among(names, entry.key())));
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
      return Optional.of(setting.parse(entry.text()));
    } catch (IllegalArgumentException e) {
      problems.add(entry.where() + ": " + e.getMessage());
      return setting.defaultValue();
    }
  }

  /** Client keys that satisfy the condition, without the settings of the catalogue. */
  ClientProperties passThrough(Predicate<String> condition, Function<String, String> rename) {
    Map<String, String> selected = new LinkedHashMap<>();
    Map<String, Setting<?>> known = Catalogue.byKey();
    entries.forEach(
        (key, entry) -> {
          if (!known.containsKey(key) && condition.test(key)) {
            selected.put(rename.apply(key), entry.text());
          }
        });
    return new ClientProperties(selected);
  }

  void problem(String line) {
    problems.add(line);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** What was set, by key, in lines for people; secrets hidden. */
  List<String> describe() {
    Map<String, Setting<?>> known = Catalogue.byKey();
    return entries.values().stream()
        .filter(entry -> !isDefault(known.get(entry.key()), entry.text()))
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
    return setting != null && setting.secret()
        ? Secrets.HIDDEN
        : Secrets.shown(entry.key(), entry.text());
  }
}
