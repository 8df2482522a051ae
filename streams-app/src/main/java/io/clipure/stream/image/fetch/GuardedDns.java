package io.clipure.stream.image.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;

/**
 * The one way from a host to addresses. The client asks once a connection and connects to what it
 * was answered, so the addresses that are checked here are the ones connected to; a name whose
 * answer changes afterwards changes nothing. Thread-safe.
 */
final class GuardedDns implements DnsResolver {
  private final Resolver resolver;
  private final AddressPolicy policy;

  GuardedDns(Resolver resolver, AddressPolicy policy) {
    this.resolver = resolver;
    this.policy = policy;
  }

  /** A host that may not be connected to; the message says what its address is. */
  static final class ForbiddenAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    ForbiddenAddressException(String message) {
      super(message);
    }
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    Optional<byte[]> literal = HttpTarget.literal(host);
    InetAddress[] addresses =
        literal.isPresent()
            ? new InetAddress[] {InetAddress.getByAddress(literal.get())}
            : resolver.lookUp(host);
    for (InetAddress address : addresses) {
      Optional<String> refusal =
          policy.refusal(literal.isPresent() ? literal.get() : address.getAddress());
      if (refusal.isPresent()) {
        // One bad answer among good ones is an attack, or a mistake with the same effect.
        throw new ForbiddenAddressException(refusal.get());
      }
    }
    return addresses;
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
