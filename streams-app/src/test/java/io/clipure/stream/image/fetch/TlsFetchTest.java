package io.clipure.stream.image.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.image.RejectionReason;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsFetchTest {
  private static final byte[] BODY = "these are the image's bytes".getBytes(ISO_8859_1);
  private static final String OK = "HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: 27";

  @TempDir private static Path directory;
  private static SSLContext tls;

  private RawServer server;
  private RawServer plain;

  @BeforeAll
  static void certify() throws IOException, InterruptedException, GeneralSecurityException {
    tls = TestCertificates.forName(directory, "img.test");
  }

  @BeforeEach
  void serve() throws IOException {
    server = RawServer.on("127.0.0.1", tls.getServerSocketFactory()).at("/ok", OK, BODY);
    plain = RawServer.on("127.0.0.1").at("/ok", OK, BODY);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    plain.close();
  }

  private Fetching trusting(SSLContext context, Duration timeout) {
    return Fetching.http(
        Fetching.settings(
            new HttpSettings(
                java.util.Set.of("http", "https"),
                List.of("*"),
                List.of("127.0.0.1/32"),
                java.util.Set.of(server.port(), plain.port()),
                3),
            1000,
            timeout,
            new RetrySettings(2, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(1))),
        Fetching.names(
            Map.of("img.test", List.of("127.0.0.1"), "other.test", List.of("127.0.0.1"))),
        context);
  }

  private Fetching trusting(SSLContext context) {
    return trusting(context, Duration.ofSeconds(20));
  }

  @Test
  void the_name_of_the_reference_is_asked_for_and_checked_although_the_address_is_pinned() {
    try (Fetching fetching = trusting(tls)) {
      assertThat(fetching.content("https://img.test:" + server.port() + "/ok")).isEqualTo(BODY);
      assertThat(server.serverNames()).containsExactly("img.test");
    }
  }

  @Test
  void a_certificate_for_another_name_is_refused_and_not_tried_again() {
    try (Fetching fetching = trusting(tls)) {
      assertThat(
              fetching.refusal(
                  "https://other.test:" + server.port() + "/ok", RejectionReason.FETCH_FAILED))
          .contains("TLS fails", "certificate");
      assertThat(fetching.waits()).isEmpty();
      assertThat(server.requests()).noneMatch(request -> request.startsWith("GET"));
    }
  }

  @Test
  void a_certificate_for_a_name_does_not_hold_for_its_address() {
    try (Fetching fetching = trusting(tls)) {
      fetching.refusal("https://127.0.0.1:" + server.port() + "/ok", RejectionReason.FETCH_FAILED);
      assertThat(server.requests()).noneMatch(request -> request.startsWith("GET"));
    }
  }

  @Test
  void a_certificate_of_nobody_we_trust_is_refused() throws GeneralSecurityException {
    try (Fetching fetching = trusting(SSLContext.getDefault())) {
      assertThat(
              fetching.refusal(
                  "https://img.test:" + server.port() + "/ok", RejectionReason.FETCH_FAILED))
          .contains("TLS fails");
      assertThat(server.requests()).noneMatch(request -> request.startsWith("GET"));
    }
  }

  @Test
  void a_redirect_from_https_to_http_is_refused_and_the_other_way_is_not() {
    server.at(
        "/down",
        "HTTP/1.1 302 x\nContent-Length: 0\nLocation: http://img.test:" + plain.port() + "/ok",
        new byte[0]);
    plain.at(
        "/up",
        "HTTP/1.1 302 x\nContent-Length: 0\nLocation: https://img.test:" + server.port() + "/ok",
        new byte[0]);
    try (Fetching fetching = trusting(tls)) {
      fetching.refusal(
          "https://img.test:" + server.port() + "/down", RejectionReason.INSECURE_REDIRECT);
      assertThat(plain.requests()).isEmpty();
      assertThat(fetching.content("http://img.test:" + plain.port() + "/up")).isEqualTo(BODY);
    }
  }

  @Test
  void a_handshake_that_is_never_answered_is_cut_at_the_limit() {
    try (Fetching fetching = trusting(tls, Duration.ofMillis(300))) {
      fetching.refusal("https://img.test:" + plain.port() + "/ok", RejectionReason.FETCH_TIMEOUT);
    }
  }
}
