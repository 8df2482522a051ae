package io.clipure.stream.image.fetch;

import java.util.Optional;

/** A network: an address and how many of its first bits count. Immutable. */
final class Cidr {
  private final byte[] network;
  private final int bits;

  private Cidr(byte[] network, int bits) {
    this.network = network;
    this.bits = bits;
  }

  /**
   * Reads {@code 10.0.0.0/8} or {@code fd00::/8}.
   *
   * @throws IllegalArgumentException if it is neither, or has bits behind its length
   */
  static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    Optional<byte[]> bytes =
        address.indexOf(':') < 0 ? IpLiteral.v4(address) : IpLiteral.v6(address);
    String length = text.substring(slash + 1);
    if (slash < 0 || bytes.isEmpty() || !length.matches("0|[1-9]\\d{0,2}")) {
      throw new IllegalArgumentException(
          "\"%s\" is not a network; expected one as 10.1.0.0/16 or fd00:1::/64".formatted(text));
    }
    Cidr cidr = new Cidr(bytes.get(), Integer.parseInt(length));
    if (cidr.bits > 8 * cidr.network.length || !cidr.isClean()) {
      throw new IllegalArgumentException(
          "\"%s\" is not a network; expected no bits set behind its length".formatted(text));
    }
    return cidr;
  }

  private boolean isClean() {
    for (int bit = bits; bit < 8 * network.length; bit++) {
      if ((network[bit / 8] >> (7 - bit % 8) & 1) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the address, of 4 or 16 bytes, lies in this network. */
  boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      if (((address[bit / 8] ^ network[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
        return false;
      }
    }
    return true;
  }
}
