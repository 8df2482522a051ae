package io.clipure.stream.image.fetch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * IP addresses in their one canonical kind of spelling, without a name service. Octal, hexadecimal,
 * short and whole-number forms of IPv4 are not addresses here, nor are zone ids of IPv6.
 */
final class IpLiteral {
  private static final Pattern OCTET = Pattern.compile("0|[1-9]\\d{0,2}");
  private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
  private static final int GROUPS = 8;

  private IpLiteral() {}

  /** Four bytes of {@code a.b.c.d} in decimal without leading zeros. */
  static Optional<byte[]> v4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    byte[] address = new byte[4];
    for (int i = 0; i < 4; i++) {
      if (!OCTET.matcher(parts[i]).matches() || Integer.parseInt(parts[i]) > 255) {
        return Optional.empty();
      }
      address[i] = (byte) Integer.parseInt(parts[i]);
    }
    return Optional.of(address);
  }

  /** Sixteen bytes of the text form of RFC 4291, section 2.2, without brackets. */
  static Optional<byte[]> v6(String text) {
    int gap = text.indexOf("::");
    if (gap != text.lastIndexOf("::")) {
      return Optional.empty();
    }
    Optional<List<Integer>> head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
    Optional<List<Integer>> tail =
        gap < 0 ? Optional.of(List.of()) : groups(text.substring(gap + 2), true);
    if (head.isEmpty() || tail.isEmpty()) {
      return Optional.empty();
    }
    int given = head.get().size() + tail.get().size();
    if (gap < 0 ? given != GROUPS : given >= GROUPS) {
      return Optional.empty();
    }
    byte[] address = new byte[16];
    put(address, 0, head.get());
    put(address, GROUPS - tail.get().size(), tail.get());
    return Optional.of(address);
  }

  private static void put(byte[] address, int at, List<Integer> groups) {
    for (int i = 0; i < groups.size(); i++) {
      address[2 * (at + i)] = (byte) (groups.get(i) >> 8);
      address[2 * (at + i) + 1] = (byte) (int) groups.get(i);
    }
  }

  /** Groups of 16 bits; the last may be an IPv4 address where that ends the whole address. */
  private static Optional<List<Integer>> groups(String text, boolean atEnd) {
    List<Integer> groups = new ArrayList<>();
    if (text.isEmpty()) {
      return Optional.of(groups);
    }
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      if (GROUP.matcher(parts[i]).matches()) {
        groups.add(Integer.parseInt(parts[i], 16));
        continue;
      }
      Optional<byte[]> v4 = v4(parts[i]);
      if (!atEnd || i < parts.length - 1 || v4.isEmpty()) {
        return Optional.empty();
      }
      byte[] octets = v4.get();
      groups.add((octets[0] & 0xff) << 8 | octets[1] & 0xff);
      groups.add((octets[2] & 0xff) << 8 | octets[3] & 0xff);
    }
    return Optional.of(groups);
  }
}
