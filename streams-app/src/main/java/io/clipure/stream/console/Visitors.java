package io.clipure.stream.console;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may look: a page of another site in the browser of somebody who may, must not.
 *
 * <p>A site can have its own name resolve to this server's address (DNS rebinding) and would then
 * read as if it were this page. The browser still sends that name in {@code Host}; so only IP
 * addresses, which nobody else can be, {@code localhost} and the names the operator gave are
 * answered.
 */
final class Visitors {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+]");
  private static final Set<String> OWN_FETCHES = Set.of("same-origin", "none");

  private final Set<String> hosts;

  Visitors(Set<String> hosts) {
    this.hosts = Set.copyOf(hosts);
  }

  /**
   * Why a request is not answered.
   *
   * @param host the {@code Host} header, port included; null: none
   * @param fetchSite {@code Sec-Fetch-Site}, which browsers send; null: none
   * @param navigation whether it asks for the page itself, which a link elsewhere may lead to
   * @return one line; empty: it may be answered
   */
  Optional<String> refusal(String host, String fetchSite, boolean navigation) {
    if (host == null || !known(host.toLowerCase(Locale.ROOT))) {
      return Optional.of(
          "this name is not one of the console's; use localhost or an IP address, or add the name"
              + " to ops.console-hosts");
    }
    if (fetchSite != null && !navigation && !OWN_FETCHES.contains(fetchSite)) {
      return Optional.of("another site's page may not read the console");
    }
    return Optional.empty();
  }

  private boolean known(String host) {
    int colon = host.lastIndexOf(':');
    String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    return name.equals("localhost")
        || IPV4.matcher(name).matches()
        || IPV6.matcher(name).matches()
        || hosts.contains(name);
  }
}
