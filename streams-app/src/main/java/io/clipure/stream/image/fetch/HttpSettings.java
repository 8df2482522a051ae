package io.clipure.stream.image.fetch;

import java.util.List;
import java.util.Set;

/**
 * Which {@code http:} and {@code https:} references are followed.
 *
 * @param schemes {@code http}, {@code https} or both
 * @param allowedHosts names; {@code *.example.org} is every name below example.org, {@code *} any
 * @param allowedAddresses networks in CIDR form that are allowed although they are not public
 * @param ports ports that may be connected to
 * @param maxRedirects most redirects of one attempt
 */
public record HttpSettings(
    Set<String> schemes,
    List<String> allowedHosts,
    List<String> allowedAddresses,
    Set<Integer> ports,
    int maxRedirects) {

  /** Copies. */
  public HttpSettings {
    schemes = Set.copyOf(schemes);
    allowedHosts = List.copyOf(allowedHosts);
    allowedAddresses = List.copyOf(allowedAddresses);
    ports = Set.copyOf(ports);
  }
}
