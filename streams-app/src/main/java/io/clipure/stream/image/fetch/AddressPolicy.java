package io.clipure.stream.image.fetch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses may be connected to: public unicast ones, and what the operator allows besides.
 *
 * <p>IPv4 follows the IANA registry of special-purpose addresses; IPv6 is refused unless it is
 * global unicast (2000::/3) and not special there. Forms that carry an IPv4 address (mapped,
 * compatible, 6to4, Teredo, NAT64) are refused whole: what they lead to depends on the network. If
 * the operator allows NAT64's prefix, the address inside is checked as well. Immutable.
 */
final class AddressPolicy {
  private static final List<Special> V4 =
      List.of(
          special("0.0.0.0/8", "an address of this network"),
          special("10.0.0.0/8", "private"),
          special("100.64.0.0/10", "shared address space (carrier NAT, cloud metadata)"),
          special("127.0.0.0/8", "loopback"),
          special("169.254.0.0/16", "link-local (cloud metadata)"),
          special("172.16.0.0/12", "private"),
          special("192.0.0.0/24", "for protocol assignments"),
          special("192.0.2.0/24", "for documentation"),
          special("192.31.196.0/24", "an AS112 service"),
          special("192.52.193.0/24", "a multicast relay"),
          special("192.88.99.0/24", "a 6to4 relay"),
          special("192.168.0.0/16", "private"),
          special("192.175.48.0/24", "an AS112 service"),
          special("198.18.0.0/15", "for benchmarks"),
          special("198.51.100.0/24", "for documentation"),
          special("203.0.113.0/24", "for documentation"),
          special("168.63.129.16/32", "a cloud platform's"),
          special("224.0.0.0/4", "multicast"),
          special("240.0.0.0/4", "reserved or broadcast"));

  private static final Cidr GLOBAL_UNICAST = Cidr.parse("2000::/3");
  private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");

  private static final List<Special> V6 =
      List.of(
          special("::1/128", "loopback"),
          special("::/128", "unspecified"),
          special("::ffff:0:0/96", "IPv4-mapped"),
          special("::/96", "IPv4-compatible"),
          special("64:ff9b::/96", "NAT64"),
          special("64:ff9b:1::/48", "local NAT64"),
          special("fc00::/7", "unique local"),
          special("fe80::/10", "link-local"),
          special("fec0::/10", "site-local"),
          special("ff00::/8", "multicast"),
          special("2001::/32", "Teredo"),
          special("2001::/23", "for protocol assignments"),
          special("2001:db8::/32", "for documentation"),
          special("2002::/16", "6to4"),
          special("2620:4f:8000::/48", "an AS112 service"),
          special("3fff::/20", "for documentation"));

  private final List<Cidr> allowed;

  private record Special(Cidr network, String what) {}

  /**
   * With exceptions.
   *
   * @param allowed networks in CIDR form
   * @throws IllegalArgumentException if one is not a network
   */
  AddressPolicy(List<String> allowed) {
    List<Cidr> networks = new ArrayList<>();
    allowed.forEach(text -> networks.add(Cidr.parse(text)));
    this.allowed = List.copyOf(networks);
  }

  /**
   * Why an address may not be connected to.
   *
   * @param address 4 or 16 bytes
   * @return what the address is, for a message; empty: it may
   */
  Optional<String> refusal(byte[] address) {
    if (allowed.stream().anyMatch(network -> network.contains(address))) {
      return NAT64.contains(address)
          ? refusal(Arrays.copyOfRange(address, 12, 16))
          : Optional.empty();
    }
    Optional<String> special =
        (address.length == 4 ? V4 : V6)
            .stream().filter(one -> one.network().contains(address)).map(Special::what).findFirst();
    return special.isPresent() || address.length == 4 || GLOBAL_UNICAST.contains(address)
        ? special
        : Optional.of("not global unicast");
  }

  private static Special special(String network, String what) {
    return new Special(Cidr.parse(network), what);
  }
}
