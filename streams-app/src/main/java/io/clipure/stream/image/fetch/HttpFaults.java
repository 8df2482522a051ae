package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.core5.http.MessageConstraintException;

/** What the client's exceptions mean for a reference. */
final class HttpFaults {
  private HttpFaults() {}

  static FetchException of(HttpTarget target, IOException e) {
    if (e instanceof GuardedDns.ForbiddenAddressException) {
      return HttpSource.forbiddenAddress(target, e.getMessage());
    }
    if (e instanceof UnknownHostException) {
      // Whether for now or for ever is not told apart by all platforms.
      return FetchException.passing(
          RejectionReason.FETCH_FAILED,
          "%s: the host name cannot be looked up; check it and the name service".formatted(target));
    }
    if (e instanceof SocketTimeoutException) {
      // Also the client's own timeouts for connecting and for a connection of its pool.
      return FetchException.passing(
          RejectionReason.FETCH_TIMEOUT,
          "%s does not answer in time; check it, or raise fetch.connect-timeout and fetch.timeout"
              .formatted(target));
    }
    if (isDistrust(e)) {
      return FetchException.refused(
          RejectionReason.FETCH_FAILED,
          "%s: TLS fails (%s); check the server's certificate and name, or add its authority to"
                  .formatted(target, e.getClass().getSimpleName())
              + " the JVM's trust store");
    }
    if (e instanceof ClientProtocolException || e instanceof MessageConstraintException) {
      return FetchException.refused(
          RejectionReason.FETCH_FAILED,
          "%s does not answer in proper HTTP; check the server".formatted(target));
    }
    return FetchException.passing(
        RejectionReason.FETCH_FAILED,
        "%s: the connection fails (%s); check the server and the network"
            .formatted(target, e.getClass().getSimpleName()));
  }

  /** Not a connection that broke while TLS was being set up. */
  private static boolean isDistrust(IOException e) {
    return e instanceof SSLPeerUnverifiedException
        || e instanceof SSLHandshakeException && !(e.getCause() instanceof EOFException);
  }
}
