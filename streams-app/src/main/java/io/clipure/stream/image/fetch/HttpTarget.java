package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An {@code http:} or {@code https:} URL, taken apart once. What is connected to, put into the Host
 * header and asked for is made from these parts, never from the text again, so that no second
 * parser can read it differently. Anything two parsers are known to read differently is refused:
 * user names, backslashes, whitespace, control characters, non-ASCII and percent-encoded hosts,
 * numbers that are not a canonical IPv4 address. Immutable.
 */
final class HttpTarget {
  private static final int SHOWN_PATH = 96;

  private static final Pattern URL =
      Pattern.compile("([hH][tT]{2}[pP][sS]?)://([^/?]*)([^?]*)(\\?.*)?", Pattern.DOTALL);
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");
  private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\[\\]]*\\]|[^:\\[\\]]*)(:.*)?");
  private static final Pattern PORT = Pattern.compile(":[1-9]\\d{0,4}");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");

  /** The last label of what other parsers take for an IPv4 address in some base. */
  private static final Pattern NUMERIC = Pattern.compile("\\d+|0x[0-9a-f]*");

  private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private final String scheme;
  private final String host;
  private final int port;
  private final String path;
  private final String query;

  private HttpTarget(String scheme, String host, int port, String path, String query) {
    this.scheme = scheme;
    this.host = host;
    this.port = port;
    this.path = path;
    this.query = query;
  }

  /**
   * Takes an absolute URL apart.
   *
   * @throws FetchException INVALID_REFERENCE; the message repeats nothing of the text
   */
  static HttpTarget parse(String url) throws FetchException {
    for (int i = 0; i < url.length(); i++) {
      char c = url.charAt(i);
      if (c <= ' ' || c >= 0x7f || "\\\"<>^`{|}".indexOf(c) >= 0) {
        throw invalid(
            ("has a character (U+%04X) that a URL cannot hold; percent-encode the path, and write"
                    + " the host in its xn-- form")
                .formatted((int) c));
      }
    }
    int fragment = url.indexOf('#');
    Matcher parts = URL.matcher(fragment < 0 ? url : url.substring(0, fragment));
    if (!parts.matches()) {
      throw invalid("is not of the form https://host/path; write it so");
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    String path = parts.group(3);
    String query = parts.group(4) == null ? "" : parts.group(4);
    if (BROKEN_ESCAPE.matcher(path + query).find()) {
      throw invalid("has a % without two hexadecimal digits; write %25");
    }
    if (parts.group(2).indexOf('@') >= 0) {
      throw invalid("names a user; send URLs without user or password");
    }
    Matcher authority = AUTHORITY.matcher(parts.group(2));
    if (!authority.matches()) {
      throw invalid("has neither a host nor host:port; write https://host/path");
    }
    return new HttpTarget(
        scheme,
        host(authority.group(1).toLowerCase(Locale.ROOT)),
        port(scheme, authority.group(2)),
        path.isEmpty() ? "/" : path,
        query);
  }

  private static int port(String scheme, String text) throws FetchException {
    if (text == null) {
      return scheme.equals("https") ? 443 : 80;
    }
    int port = PORT.matcher(text).matches() ? Integer.parseInt(text.substring(1)) : 0;
    if (port < 1 || port > 65535) {
      throw invalid("has a port that is no number from 1 to 65535; leave it out or correct it");
    }
    return port;
  }

  private static String host(String text) throws FetchException {
    if (text.startsWith("[")) {
      if (IpLiteral.v6(text.substring(1, text.length() - 1)).isEmpty()) {
        throw invalid("has brackets around what is no IPv6 address; zone ids are not allowed");
      }
      return text;
    }
    String host = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    String[] labels = host.split("\\.", -1);
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        throw invalid("has no valid host name; expected letters, digits, '-' and dots");
      }
    }
    if (host.length() > 253) {
      throw invalid("has a host name longer than 253 characters");
    }
    if (NUMERIC.matcher(labels[labels.length - 1]).matches() && IpLiteral.v4(host).isEmpty()) {
      throw invalid(
          "has a number for a host that is no IPv4 address in four decimal parts; write it so, or"
              + " use the name");
    }
    return host;
  }

  /**
   * Follows a Location header (RFC 3986, section 5.2).
   *
   * @throws FetchException as {@link #parse}
   */
  HttpTarget resolve(String location) throws FetchException {
    Matcher absolute = SCHEME.matcher(location);
    if (absolute.lookingAt()) {
      String other = absolute.group(1).toLowerCase(Locale.ROOT);
      if (!other.equals("http") && !other.equals("https")) {
        throw FetchException.refused(
            RejectionReason.UNSUPPORTED_SCHEME,
            "a redirect to neither http nor https is not followed; send the last URL");
      }
      return parse(location);
    }
    if (location.startsWith("//")) {
      return parse(scheme + ":" + location);
    }
    String origin = scheme + "://" + host + ":" + port;
    if (location.startsWith("/")) {
      return parse(origin + location);
    }
    if (location.startsWith("?")) {
      return parse(origin + path + location);
    }
    if (location.isEmpty() || location.startsWith("#")) {
      return this;
    }
    return parse(origin + path.substring(0, path.lastIndexOf('/') + 1) + location);
  }

  private static FetchException invalid(String what) {
    return FetchException.refused(RejectionReason.INVALID_REFERENCE, "URL " + what);
  }

  /** {@code http} or {@code https}. */
  String scheme() {
    return scheme;
  }

  boolean isSecure() {
    return scheme.equals("https");
  }

  /** In lower case, without a trailing dot; an IPv6 address has its brackets. */
  String host() {
    return host;
  }

  int port() {
    return port;
  }

  /** Path and query, as they were written. */
  String pathAndQuery() {
    return path + query;
  }

  /** The host's address, if it is one. */
  Optional<byte[]> literal() {
    return literal(host);
  }

  /** The address in a host, with or without brackets, if it is one. */
  static Optional<byte[]> literal(String host) {
    boolean brackets = host.startsWith("[");
    return host.indexOf(':') >= 0
        ? IpLiteral.v6(brackets ? host.substring(1, host.length() - 1) : host)
        : IpLiteral.v4(host);
  }

  /** Scheme, host and port. */
  String origin() {
    return scheme + "://" + host + ":" + port;
  }

  /** For messages and logs: no query, and no more of the path than helps to find it. */
  @Override
  public String toString() {
    boolean usual = port == (isSecure() ? 443 : 80);
    String shown = path.length() <= SHOWN_PATH ? path : path.substring(0, SHOWN_PATH) + "...";
    return scheme + "://" + host + (usual ? "" : ":" + port) + shown;
  }
}
