package io.clipure.stream.image.fetch;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Which hosts may be asked. A pattern {@code *.example.org} is every name below. Immutable. */
final class HostRules {
  private final boolean any;
  private final Set<String> names;
  private final List<String> suffixes;

  HostRules(Collection<String> rules) {
    this.any = rules.contains("*");
    this.names =
        Set.copyOf(rules.stream().filter(rule -> !rule.startsWith("*")).distinct().toList());
    this.suffixes =
        rules.stream()
            .filter(rule -> rule.startsWith("*."))
            .map(rule -> rule.substring(1))
            .toList();
  }

  /**
   * Whether the host is listed.
   *
   * @param host in lower case, without a trailing dot
   */
  boolean allow(String host) {
    // Of an address the last labels are no domain.
    boolean literal = host.startsWith("[") || IpLiteral.v4(host).isPresent();
    return any || names.contains(host) || !literal && suffixes.stream().anyMatch(host::endsWith);
  }
}
