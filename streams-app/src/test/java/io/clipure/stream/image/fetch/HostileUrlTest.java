package io.clipure.stream.image.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.image.RejectionReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * URLs of {@code hostile-urls.txt} against a service that answers on every address of this machine,
 * as first references and as redirects. The host list is open: what refuses is the guard.
 */
class HostileUrlTest {
  private static final byte[] SECRET = "the metadata service's keys".getBytes(ISO_8859_1);
  private static final String OK = "HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: 27";

  /** The only one that may be reached. */
  private static final String ENTRY = "127.0.0.2";

  private static RawServer entry;
  private static RawServer inner;

  private final List<String> lookedUp = new ArrayList<>();
  private Fetching fetching;

  private record Row(String url, RejectionReason reason, RejectionReason redirected) {
    @Override
    public String toString() {
      return url.replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n");
    }
  }

  @BeforeAll
  static void serveInsideAndAtTheEntry() throws IOException {
    inner = RawServer.on("::").at("/", OK, SECRET).at("/secret", OK, SECRET);
    entry = RawServer.on(ENTRY).at("/", OK, SECRET);
  }

  @AfterAll
  static void stop() throws IOException {
    inner.close();
    entry.close();
  }

  @AfterEach
  void close() {
    if (fetching != null) {
      fetching.close();
    }
  }

  private static Stream<Row> rows() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                HostileUrlTest.class.getResourceAsStream("/fetch/hostile-urls.txt"),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(HostileUrlTest::row)
          .toList()
          .stream();
    }
  }

  private static Row row(String line) {
    String[] columns = line.strip().split(" +");
    String url =
        columns[columns.length - 1]
            .replace("{in}", Integer.toString(inner.port()))
            .replace("{sp}", " ")
            .replace("{tab}", "\t")
            .replace("{cr}", "\r")
            .replace("{lf}", "\n")
            .replace("{nul}", "\0")
            .replace("{empty}", "");
    RejectionReason reason = RejectionReason.valueOf(columns[0]);
    RejectionReason redirected =
        switch (columns[1]) {
          case "=" -> reason;
          case "-" -> null;
          default -> RejectionReason.valueOf(columns[1]);
        };
    return new Row(url, reason, redirected);
  }

  private static Stream<Row> redirects() throws IOException {
    return rows().filter(row -> row.redirected() != null);
  }

  @Test
  void there_are_enough_of_them() throws IOException {
    assertThat(rows().map(Row::url).distinct().count()).isEqualTo(rows().count()).isGreaterThan(99);
    assertThat(redirects().count()).isGreaterThan(89);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_reference_is_refused_and_nothing_inside_is_asked(Row row) {
    int before = inner.connections();

    String message = open().refusal(row.url(), row.reason());

    assertThat(message).isNotBlank();
    assertThat(inner.connections()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("redirects")
  void a_redirect_is_refused_alike(Row row) {
    int before = inner.connections();
    entry.at(
        "/away",
        (line, out) -> {
          out.write("HTTP/1.1 302 Found\r\nLocation: ".getBytes(ISO_8859_1));
          out.write(row.url().getBytes(StandardCharsets.UTF_8));
          out.write("\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
          out.flush();
        });

    String message = open().refusal(entryUrl("/away"), row.redirected());

    assertThat(message).startsWith("redirected from http://entry.test:").isNotBlank();
    assertThat(inner.connections()).isEqualTo(before);
  }

  @Test
  void the_guard_is_what_refuses_as_the_service_inside_answers_anyone_else() throws IOException {
    HttpURLConnection naive =
        (HttpURLConnection) new URL("http://127.0.0.1:" + inner.port() + "/").openConnection();
    assertThat(naive.getInputStream().readAllBytes()).isEqualTo(SECRET);

    Fetching allowed =
        Fetching.http(
            Fetching.settings(Fetching.any(inner.port(), "127.0.0.1/32", "::1/128")),
            Fetching.names(addresses()));
    try (allowed) {
      assertThat(allowed.content("http://127.0.0.1:" + inner.port() + "/")).isEqualTo(SECRET);
      assertThat(allowed.content("http://loopback.test:" + inner.port() + "/")).isEqualTo(SECRET);
      assertThat(allowed.content("http://[::1]:" + inner.port() + "/")).isEqualTo(SECRET);
      assertThat(allowed.content("http://LOOPBACK.test.:" + inner.port() + "/")).isEqualTo(SECRET);
    }
  }

  @Test
  void the_entry_is_reached_so_that_the_redirects_were_followed() {
    assertThat(open().content(entryUrl("/"))).isEqualTo(SECRET);
    assertThat(lookedUp).containsExactly("entry.test");
  }

  private Fetching open() {
    Resolver names = Fetching.names(addresses());
    HttpSettings http =
        new HttpSettings(
            java.util.Set.of("http", "https"),
            List.of("*"),
            List.of(ENTRY + "/32"),
            java.util.Set.of(80, 443, inner.port(), entry.port()),
            3);
    fetching =
        Fetching.http(
            Fetching.settings(http),
            host -> {
              lookedUp.add(host);
              return names.lookUp(host);
            });
    return fetching;
  }

  private static String entryUrl(String path) {
    return "http://entry.test:" + entry.port() + path;
  }

  private static Map<String, List<String>> addresses() {
    Map<String, List<String>> addresses = new HashMap<>();
    addresses.put("entry.test", List.of(ENTRY));
    addresses.put("localhost", List.of("127.0.0.1", "::1"));
    addresses.put("loopback.test", List.of("127.0.0.1"));
    addresses.put("loopback6.test", List.of("::1"));
    addresses.put("private.test", List.of("10.1.2.3"));
    addresses.put("mixed.test", List.of(ENTRY, "127.0.0.1"));
    addresses.put("mixed-last.test", List.of(ENTRY, ENTRY, ENTRY, "169.254.169.254"));
    addresses.put("mapped.test", List.of("::ffff:127.0.0.1"));
    addresses.put("compatible.test", List.of("::127.0.0.1"));
    addresses.put("nat64.test", List.of("64:ff9b::7f00:1"));
    addresses.put("6to4.test", List.of("2002:7f00:1::"));
    addresses.put("metadata.test", List.of("169.254.169.254"));
    addresses.put("metadata.google.internal", List.of("169.254.169.254"));
    addresses.put("metadata6.test", List.of("fd00:ec2::254"));
    addresses.put("link-local.test", List.of("fe80::1"));
    addresses.put("any.test", List.of("0.0.0.0"));
    addresses.put("kubernetes.default.svc", List.of("10.96.0.1"));
    addresses.put("127.0.0.1.nip.test", List.of("127.0.0.1"));
    return addresses;
  }
}
