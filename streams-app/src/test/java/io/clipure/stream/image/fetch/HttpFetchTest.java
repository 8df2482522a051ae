package io.clipure.stream.image.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.image.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server on loopback that breaks the rules of HTTP. */
@Timeout(60)
class HttpFetchTest {
  private static final byte[] BODY = "these are the image's bytes".getBytes(ISO_8859_1);
  private static final String OK = "HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: 27";
  private static final int LIMIT = 100_000;

  private RawServer server;
  private Fetching fetching;

  @BeforeEach
  void serve() throws IOException {
    server = RawServer.on("127.0.0.1").at("/ok", OK, BODY);
    fetching = open(Duration.ofSeconds(20), Fetching.ONCE);
  }

  @AfterEach
  void stop() throws IOException {
    fetching.close();
    server.close();
  }

  private Fetching open(Duration timeout, RetrySettings retry) {
    return Fetching.http(
        Fetching.settings(Fetching.any(server.port(), "127.0.0.1/32"), LIMIT, timeout, retry),
        Fetching.names(
            Map.of("img.test", List.of("127.0.0.1"), "other.test", List.of("127.0.0.1"))));
  }

  private String url(String path) {
    return "http://img.test:" + server.port() + path;
  }

  @Test
  void content_is_fetched_by_a_request_that_carries_nothing_it_need_not() {
    assertThat(fetching.content(url("/ok?token=hush"))).isEqualTo(BODY);

    assertThat(fetching.hosts()).containsExactly("http://img.test:" + server.port());
    assertThat(server.requests().get(0).lines())
        .containsExactlyInAnyOrder(
            "GET /ok?token=hush HTTP/1.1",
            "Accept: */*",
            "Accept-Encoding: identity",
            "Host: img.test:" + server.port(),
            "Connection: keep-alive",
            "User-Agent: clipure-stream",
            "");
  }

  @Test
  void a_connection_is_used_again() {
    for (int i = 0; i < 3; i++) {
      assertThat(fetching.content(url("/ok"))).isEqualTo(BODY);
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void cookies_are_not_kept() {
    server.at("/cookie", OK + "\nSet-Cookie: id=1; Path=/", BODY);
    fetching.content(url("/cookie"));
    fetching.content(url("/ok"));
    assertThat(server.requests().get(1)).startsWith("GET /ok").doesNotContain("Cookie");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ok//b", "//ok", "/ok;v=1", "/a%2Fb", "/a/../b", "/a?b=[]&c=%20"})
  void the_path_is_asked_for_as_it_was_written(String path) {
    server.at(path.split("\\?")[0], OK, BODY);
    assertThat(fetching.content(url(path))).isEqualTo(BODY);
    assertThat(server.requests().get(0)).startsWith("GET " + path + " HTTP/1.1");
  }

  @ParameterizedTest
  @CsvSource({
    "400, FETCH_HTTP_STATUS", "401, FETCH_HTTP_STATUS", "403, FETCH_HTTP_STATUS",
    "404, FETCH_NOT_FOUND", "410, FETCH_NOT_FOUND", "204, FETCH_HTTP_STATUS",
    "206, FETCH_HTTP_STATUS", "300, FETCH_HTTP_STATUS", "304, FETCH_HTTP_STATUS",
    "407, FETCH_HTTP_STATUS", "418, FETCH_HTTP_STATUS", "500, FETCH_HTTP_STATUS",
    "503, FETCH_HTTP_STATUS", "302, FETCH_HTTP_STATUS"
  })
  void other_answers_are_refused_with_their_status(int status, RejectionReason reason) {
    server.at("/s", "HTTP/1.1 " + status + " x\nContent-Length: 0", new byte[0]);
    assertThat(fetching.refusal(url("/s?token=hush"), reason))
        .contains("http://img.test:" + server.port() + "/s answers " + status);
  }

  @ParameterizedTest
  @CsvSource({
    "image/png",
    "IMAGE/JPEG",
    "image/webp; charset=binary",
    "application/octet-stream",
    "''"
  })
  void declared_images_are_read(String type) {
    server.at("/t", "HTTP/1.1 200 OK\nContent-Length: 27\nContent-Type: " + type, BODY);
    assertThat(fetching.content(url("/t"))).isEqualTo(BODY);
  }

  @Test
  void content_without_a_type_is_read() {
    server.at("/t", "HTTP/1.1 200 OK\nContent-Length: 27", BODY);
    assertThat(fetching.content(url("/t"))).isEqualTo(BODY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "text/html; image/png", "imagex/png", "application/json"})
  void anything_else_declared_is_refused_before_it_is_read(String type) {
    server.at("/t", "HTTP/1.1 200 OK\nContent-Length: 27\nContent-Type: " + type, BODY);
    assertThat(fetching.refusal(url("/t"), RejectionReason.UNSUPPORTED_MEDIA_TYPE))
        .contains(type.split(";")[0], "fetch.media-types");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "gzip, gzip", "x-evil"})
  void content_that_is_encoded_once_more_is_refused_and_not_unpacked(String encoding)
      throws IOException {
    server.at("/z", OK + "\nContent-Encoding: " + encoding, bomb());
    assertThat(fetching.refusal(url("/z"), RejectionReason.UNSUPPORTED_MEDIA_TYPE))
        .contains("content encoding");
  }

  @Test
  void a_gzip_bomb_in_the_transfer_encoding_is_not_unpacked() throws IOException {
    server.at("/z", "HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked", bomb());
    fetching.refusal(url("/z"), RejectionReason.FETCH_FAILED);
  }

  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[10 * LIMIT]);
    }
    return packed.toByteArray();
  }

  @Test
  void content_of_the_limit_is_read_and_one_byte_more_is_not() {
    server.at("/most", "HTTP/1.1 200 OK\nContent-Length: " + LIMIT, new byte[LIMIT]);
    assertThat(fetching.content(url("/most"))).hasSize(LIMIT);
    server.at("/more", "HTTP/1.1 200 OK\nContent-Length: " + (LIMIT + 1), new byte[LIMIT + 1]);
    assertThat(fetching.refusal(url("/more"), RejectionReason.TOO_MANY_BYTES))
        .startsWith((LIMIT + 1) + " bytes, at most " + LIMIT);
    server.at("/close", "HTTP/1.1 200 OK\nConnection: close", new byte[LIMIT + 1]);
    assertThat(fetching.refusal(url("/close"), RejectionReason.TOO_MANY_BYTES))
        .startsWith("more than " + LIMIT);
  }

  @Test
  void refusals_do_not_use_up_connections() {
    server.at("/html", "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 27", BODY);
    server.at("/away", "HTTP/1.1 302 x\nTransfer-Encoding: chunked\nLocation: /html", BODY);
    server.at("/large", "HTTP/1.1 200 OK\nContent-Length: " + (LIMIT + 1), BODY);
    for (int i = 0; i < 10; i++) {
      fetching.refusal(url("/html"), RejectionReason.UNSUPPORTED_MEDIA_TYPE);
      fetching.refusal(url("/away"), RejectionReason.UNSUPPORTED_MEDIA_TYPE);
      fetching.refusal(url("/large"), RejectionReason.TOO_MANY_BYTES);
    }
    assertThat(fetching.content(url("/ok"))).isEqualTo(BODY);
  }

  @Test
  void an_announced_length_takes_no_memory() {
    server.at("/lie", "HTTP/1.1 200 OK\nContent-Length: 9223372036854775807", BODY);
    fetching.refusal(url("/lie"), RejectionReason.TOO_MANY_BYTES);
  }

  @Test
  void content_that_ends_before_its_announced_length_is_not_taken_for_whole() {
    server.at(
        "/short",
        (line, out) -> {
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n".getBytes(ISO_8859_1));
          out.write(BODY);
          out.flush();
          throw new IOException("close early");
        });
    assertThat(fetching.refusal(url("/short"), RejectionReason.FETCH_FAILED))
        .contains("the connection fails");
  }

  @Test
  void chunks_that_end_early_are_not_taken_for_whole() {
    server.at(
        "/short",
        (line, out) -> {
          out.write(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde"
                  .getBytes(ISO_8859_1));
          out.flush();
          throw new IOException("close early");
        });
    fetching.refusal(url("/short"), RejectionReason.FETCH_FAILED);
  }

  @Test
  void bytes_behind_the_announced_length_are_not_read_nor_taken_for_the_next_answer() {
    byte[] two = ("x" + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil").getBytes(ISO_8859_1);
    server.at("/long", "HTTP/1.1 200 OK\nContent-Length: 1", two);
    assertThat(fetching.content(url("/long"))).isEqualTo(new byte[] {'x'});
    Fetched next = fetching.fetch(url("/ok"));
    assertThat(next)
        .as("either a fault or the right bytes, never those that were smuggled in")
        .satisfiesAnyOf(
            fault -> assertThat(fault).isInstanceOf(Fetched.Refused.class),
            content -> assertThat(((Fetched.Content) content).bytes().remaining()).isEqualTo(27));
  }

  @Test
  void an_endless_body_ends_at_the_limit() {
    server.at(
        "/endless",
        (line, out) -> {
          out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
          byte[] block = new byte[8192];
          while (server.pause(0) || true) {
            out.write(block);
          }
        });
    fetching.refusal(url("/endless"), RejectionReason.TOO_MANY_BYTES);
  }

  @Test
  void endless_headers_end_at_their_limit() {
    server.at(
        "/headers",
        (line, out) -> {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
          while (true) {
            out.write("X-A: b\r\n".getBytes(ISO_8859_1));
          }
        });
    server.at(
        "/line",
        (line, out) -> {
          out.write("HTTP/1.1 200 OK\r\nX-A: ".getBytes(ISO_8859_1));
          while (true) {
            out.write("bbbbbbbb".getBytes(ISO_8859_1));
          }
        });
    fetching.refusal(url("/headers"), RejectionReason.FETCH_FAILED);
    fetching.refusal(url("/line"), RejectionReason.FETCH_FAILED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SSH-2.0-OpenSSH_9.2", "HTTP/9.9 200 OK", "HTTP/1.1 abc", "220 smtp ready"})
  void what_is_not_HTTP_is_refused(String banner) {
    server.at(
        "/banner",
        (line, out) -> {
          out.write((banner + "\r\n\r\n").getBytes(ISO_8859_1));
          out.flush();
          throw new IOException("close");
        });
    fetching.refusal(url("/banner"), RejectionReason.FETCH_FAILED);
  }

  @Test
  void slow_headers_are_cut_at_the_limit() {
    drip("", "HTTP/1.1 200 OK\r\nX-Slow: ");
    assertTimesOut("/drip");
  }

  @Test
  void a_slow_body_is_cut_at_the_limit() {
    drip("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", "");
    assertTimesOut("/drip");
  }

  @Test
  void interim_answers_without_end_are_cut_at_the_limit() {
    server.at(
        "/drip",
        (line, out) -> {
          while (server.pause(1)) {
            out.write("HTTP/1.1 103 Early Hints\r\n\r\n".getBytes(ISO_8859_1));
            out.flush();
          }
        });
    assertTimesOut("/drip");
  }

  @Test
  void silence_is_cut_at_the_limit() {
    server.at("/drip", (line, out) -> server.pause(60_000));
    assertTimesOut("/drip");
  }

  @Test
  void redirects_share_the_time_of_one_attempt() {
    server.at(
        "/away",
        (line, out) -> {
          server.pause(300);
          out.write("HTTP/1.1 302 x\r\nLocation: /drip\r\n\r\n".getBytes(ISO_8859_1));
          out.flush();
        });
    Fetched first = open(Duration.ofSeconds(5), Fetching.ONCE).references().start(url("/away"), 1);
    Fetched second = ((Fetched.Hop) first).run().get();
    assertThat(((Fetched.Hop) second).limit()).isLessThan(Duration.ofMillis(4_701));
  }

  private void drip(String head, String then) {
    server.at(
        "/drip",
        (line, out) -> {
          out.write((head + then).getBytes(ISO_8859_1));
          while (server.pause(5)) {
            out.write('x');
            out.flush();
          }
        });
  }

  private void assertTimesOut(String path) {
    try (Fetching hasty = open(Duration.ofMillis(400), Fetching.ONCE)) {
      assertThat(hasty.refusal(url(path), RejectionReason.FETCH_TIMEOUT)).contains("img.test");
      assertThat(hasty.content(url("/ok"))).as("the client is still good").isEqualTo(BODY);
    }
  }

  @Test
  void a_hop_that_is_aborted_before_it_runs_asks_nobody() {
    Fetched.Hop hop = (Fetched.Hop) fetching.references().start(url("/ok"), 1);
    hop.abort().run();
    assertThat(hop.run().get())
        .isInstanceOfSatisfying(
            Fetched.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.FETCH_TIMEOUT));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void an_abort_after_the_end_changes_nothing() {
    Fetched.Hop hop = (Fetched.Hop) fetching.references().start(url("/ok"), 1);
    assertThat(hop.run().get()).isInstanceOf(Fetched.Content.class);
    hop.abort().run();
    hop.abort().run();
    assertThat(fetching.content(url("/ok"))).isEqualTo(BODY);
  }

  @Test
  void a_redirect_is_a_hop_of_its_own_host() {
    redirect("/a", "http://other.test:" + server.port() + "/ok");
    assertThat(fetching.content(url("/a"))).isEqualTo(BODY);
    assertThat(fetching.hosts())
        .containsExactly("http://img.test:" + server.port(), "http://other.test:" + server.port());
    assertThat(server.requests().get(1)).contains("Host: other.test:" + server.port());
  }

  @Test
  void three_redirects_are_followed_and_a_loop_is_not() {
    redirect("/3", "/2");
    redirect("/2", url("/1"));
    redirect("/1", "ok");
    assertThat(fetching.content(url("/3"))).isEqualTo(BODY);
    redirect("/4", "/3");
    fetching.refusal(url("/4"), RejectionReason.TOO_MANY_REDIRECTS);
    redirect("/loop", "/loop");
    assertThat(fetching.refusal(url("/loop"), RejectionReason.TOO_MANY_REDIRECTS))
        .contains("fetch.max-redirects");
    redirect("/empty", "");
    fetching.refusal(url("/empty"), RejectionReason.TOO_MANY_REDIRECTS);
  }

  @Test
  void a_redirect_cannot_leave_the_listed_hosts_and_schemes() {
    HttpSettings listed =
        new HttpSettings(
            Set.of("http"), List.of("img.test"), List.of("127.0.0.0/8"), Set.of(server.port()), 3);
    try (Fetching strict =
        Fetching.http(
            Fetching.settings(listed), Fetching.names(Map.of("img.test", List.of("127.0.0.1"))))) {
      redirect("/host", "http://other.test:" + server.port() + "/ok");
      redirect("/scheme", "https://img.test:" + server.port() + "/ok");
      redirect("/port", "http://img.test/ok");
      assertThat(strict.content(url("/ok"))).isEqualTo(BODY);
      assertThat(strict.refusal(url("/host"), RejectionReason.FORBIDDEN_HOST))
          .contains("fetch.allowed-hosts");
      assertThat(strict.refusal(url("/scheme"), RejectionReason.UNSUPPORTED_SCHEME))
          .contains("fetch.schemes");
      assertThat(strict.refusal(url("/port"), RejectionReason.FORBIDDEN_PORT))
          .contains("fetch.ports");
    }
  }

  private void redirect(String path, String to) {
    server.at(
        path, "HTTP/1.1 302 x\nContent-Length: 4\nLocation: " + to, "away".getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void transient_answers_are_asked_again(int status) {
    AtomicInteger asked = new AtomicInteger();
    server.at(
        "/flaky",
        (line, out) ->
            answer(out, asked.incrementAndGet() < 3 ? status + " x\r\nRetry-After: 1" : "200 OK"));
    try (Fetching patient = open(Duration.ofSeconds(20), retry(3))) {
      assertThat(patient.content(url("/flaky"))).isEqualTo(BODY);
      assertThat(patient.waits()).hasSize(2).allMatch(wait -> wait.toMillis() == 1000);
    }
  }

  @Test
  void a_time_asked_for_is_kept_to_up_to_the_longest_backoff() {
    String later =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
    for (String asked : List.of("86400", later)) {
      server.at("/busy", (line, out) -> answer(out, "429 x\r\nRetry-After: " + asked));
      try (Fetching patient = open(Duration.ofSeconds(20), retry(2))) {
        assertThat(patient.refusal(url("/busy"), RejectionReason.FETCH_HTTP_STATUS))
            .contains("429", "attempt 2, the last");
        assertThat(patient.waits()).containsExactly(Duration.ofSeconds(2));
      }
    }
    server.at("/busy", (line, out) -> answer(out, "429 x\r\nRetry-After: soon"));
    try (Fetching patient = open(Duration.ofSeconds(20), retry(2))) {
      patient.refusal(url("/busy"), RejectionReason.FETCH_HTTP_STATUS);
      assertThat(patient.waits()).allMatch(wait -> wait.toMillis() <= 10);
    }
  }

  @Test
  void a_dropped_connection_is_tried_again_and_a_refused_one_too() throws IOException {
    server.at(
        "/drop",
        (line, out) -> {
          throw new IOException("drop");
        });
    int closed;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      closed = gone.getLocalPort();
    }
    HttpSettings http = Fetching.any(closed, "127.0.0.1/32");
    try (Fetching patient = open(Duration.ofSeconds(20), retry(2));
        Fetching refused =
            Fetching.http(
                Fetching.settings(http, LIMIT, Duration.ofSeconds(20), retry(2)),
                Fetching.names(Map.of("img.test", List.of("127.0.0.1"))))) {
      patient.refusal(url("/drop"), RejectionReason.FETCH_FAILED);
      assertThat(patient.waits()).hasSize(1);
      refused.refusal("http://img.test:" + closed + "/", RejectionReason.FETCH_FAILED);
      assertThat(refused.waits()).hasSize(1);
    }
  }

  @Test
  void a_name_without_address_is_tried_again_and_given_up() {
    try (Fetching patient = open(Duration.ofSeconds(20), retry(3))) {
      assertThat(patient.refusal("http://nowhere.test/a?b=hush", RejectionReason.FETCH_FAILED))
          .contains("cannot be looked up");
      assertThat(patient.waits()).hasSize(2);
    }
  }

  private static RetrySettings retry(int attempts) {
    return new RetrySettings(
        attempts, Duration.ofMillis(10), Duration.ofSeconds(2), Duration.ofMinutes(1));
  }

  private static void answer(OutputStream out, String status) throws IOException {
    out.write(("HTTP/1.1 " + status + "\r\nContent-Length: 27\r\n\r\n").getBytes(ISO_8859_1));
    out.write(BODY);
    out.flush();
  }
}
