package io.clipure.stream.image.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
  private final AddressPolicy policy = new AddressPolicy(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "93.184.215.14",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "168.63.129.15",
        "2606:4700:4700::1111",
        "2a00:1450:4001::200e",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2620:fe::fe",
        "3ffe::1",
        "2400:cb00::1"
      })
  void public_addresses_up_to_the_edges_of_special_ones_are_allowed(String address) {
    assertThat(refusal(policy, address)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.0",
        "127.255.255.255",
        "169.254.0.0",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.255",
        "192.0.2.0",
        "192.0.2.255",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.0",
        "203.0.113.255",
        "224.0.0.0",
        "239.255.255.255",
        "240.0.0.0",
        "255.255.255.255",
        "168.63.129.16",
        "::",
        "::1",
        "::2",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "1fff::1",
        "4000::1",
        "fc00::",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff00::",
        "ff02::1",
        "2001::1",
        "2001:1ff::1",
        "2001:db8::1",
        "2001:db8:ffff::1",
        "2002:808:808::1",
        "3fff::1",
        "3fff:fff::1",
        "2620:4f:8000::1",
        "5f00::1"
      })
  void special_addresses_up_to_their_edges_are_refused(String address) {
    assertThat(refusal(policy, address)).isPresent();
  }

  @Test
  void nothing_the_JDK_calls_special_is_allowed() throws UnknownHostException {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[i % 2 == 0 ? 4 : 16];
      random.nextBytes(bytes);
      InetAddress address = InetAddress.getByAddress(bytes);
      if (policy.refusal(bytes).isEmpty()) {
        assertThat(
                address.isLoopbackAddress()
                    || address.isSiteLocalAddress()
                    || address.isLinkLocalAddress()
                    || address.isMulticastAddress()
                    || address.isAnyLocalAddress()
                    || bytes.length == 16 && address instanceof Inet4Address)
            .as(address.toString())
            .isFalse();
      }
    }
  }

  @Test
  void an_allowed_network_opens_no_more_than_itself() {
    AddressPolicy opened = new AddressPolicy(List.of("10.1.0.0/16", "fd00:1::/64"));
    assertThat(refusal(opened, "10.1.255.255")).isEmpty();
    assertThat(refusal(opened, "10.2.0.0")).isPresent();
    assertThat(refusal(opened, "10.0.255.255")).isPresent();
    assertThat(refusal(opened, "fd00:1::1")).isEmpty();
    assertThat(refusal(opened, "fd00:1:0:1::1")).isPresent();
    assertThat(refusal(opened, "::ffff:10.1.0.1")).isPresent();
  }

  @Test
  void an_allowed_NAT64_prefix_does_not_allow_what_lies_behind_it() {
    AddressPolicy opened = new AddressPolicy(List.of("64:ff9b::/96"));
    assertThat(refusal(opened, "64:ff9b::8.8.8.8")).isEmpty();
    assertThat(refusal(opened, "64:ff9b::10.0.0.1")).contains("private");
    assertThat(refusal(opened, "64:ff9b::169.254.169.254")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.1/8",
        "10.0/8",
        "010.0.0.0/8",
        "::/129",
        "fd00::1/8",
        "example.org/8",
        "/8",
        "10.0.0.0/08",
        "1::2::3/8",
        "10.0.0.0/-1"
      })
  void what_is_no_network_is_refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AddressPolicy(List.of(text)))
        .withMessageContaining("\"" + text + "\" is not a network");
  }

  @Test
  void the_widest_networks_are_networks() {
    assertThat(refusal(new AddressPolicy(List.of("0.0.0.0/0")), "127.0.0.1")).isEmpty();
    assertThat(refusal(new AddressPolicy(List.of("::/0")), "fe80::1")).isEmpty();
  }

  private static Optional<String> refusal(AddressPolicy policy, String address) {
    return policy.refusal(HttpTarget.literal(address).orElseThrow());
  }
}
