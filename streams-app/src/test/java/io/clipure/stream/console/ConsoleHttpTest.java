package io.clipure.stream.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The console's HTTP, without a browser: what is answered, to whom, and with which headers. */
class ConsoleHttpTest {
  private static final Pattern ID = Pattern.compile("id: (([0-9a-f]{8})-(\\d+))");

  private final HttpClient client = HttpClient.newHttpClient();
  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new Rig(0, 10);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(rig.address() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  /** A request of bytes, so that any Host can be sent. */
  private String raw(String path, String host) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", rig.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Lines of the event stream until one matches. */
  private List<String> events(String lastEventId, Pattern until) throws Exception {
    List<String> lines = new ArrayList<>();
    try (Socket socket = new Socket("127.0.0.1", rig.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET /console/events HTTP/1.1\r\nHost: localhost\r\n"
                      + (lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n")
                      + "\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
        if (until.matcher(line).find()) {
          break;
        }
      }
    }
    return lines;
  }

  private String idOf(String event) throws Exception {
    List<String> lines = events(null, Pattern.compile("\"id\":\"" + event + "\""));
    String last = "";
    for (String line : lines) {
      Matcher id = ID.matcher(line);
      if (id.matches()) {
        last = id.group(1);
      }
    }
    return last;
  }

  @Test
  void the_page_may_run_its_own_script_and_nothing_else() throws Exception {
    for (String path : List.of("", "console.js", "console.css", "icon.svg")) {
      HttpResponse<byte[]> answer = get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      String policy = answer.headers().firstValue("Content-Security-Policy").orElseThrow();
      assertThat(policy)
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe", "http", "*");
      assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
      assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
      assertThat(answer.headers().firstValue("Cross-Origin-Resource-Policy"))
          .contains("same-origin");
    }
    assertThat(new String(get("").body(), StandardCharsets.UTF_8))
        .doesNotContain("http://", "https://", "style=\"", "onclick");
  }

  @Test
  void without_the_slash_it_leads_to_the_page_also_behind_a_proxy() throws Exception {
    assertThat(raw("/console", "localhost"))
        .contains("307")
        .containsIgnoringCase("location: console/");
  }

  @Test
  void a_name_that_is_not_its_own_is_refused_with_the_key_that_would_allow_it() throws Exception {
    for (String host :
        List.of("evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil")) {
      assertThat(raw("/console/", host))
          .as(host)
          .startsWith("HTTP/1.1 403")
          .contains("ops.console-hosts");
    }
    for (String host :
        List.of("localhost", "127.0.0.1:1", "[::1]:80", "LOCALHOST", "Console.example.org:443")) {
      assertThat(raw("/console/", host)).as(host).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void another_sites_page_gets_neither_pictures_nor_verdicts_but_may_link_here() throws Exception {
    assertThat(get("console.js", "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(403);
    assertThat(get("events", "Sec-Fetch-Site", "same-site").statusCode()).isEqualTo(403);
    assertThat(get("", "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(200);
    assertThat(get("console.js", "Sec-Fetch-Site", "same-origin").statusCode()).isEqualTo(200);
  }

  @Test
  void what_is_not_there_is_not_found() throws Exception {
    for (String path :
        List.of("nothing", "entries/00000000-1", "pictures/00000000-1/clear.png", "entries/x")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(get("../console/%2e%2e/etc/passwd").statusCode()).isIn(400, 404);
  }

  @Test
  void entries_and_pictures_are_found_by_the_ids_of_their_events() throws Exception {
    rig.tell(Verdicts.blocked("b"));
    String id = idOf("b");
    assertThat(new String(get("entries/" + id).body(), StandardCharsets.UTF_8))
        .contains("\"decision\":\"BLOCK\"", "explain");
    byte[] clear = get("pictures/" + id + "/clear.png").body();
    byte[] veiled = get("pictures/" + id + "/veiled.png").body();
    assertThat(clear).startsWith(0x89, 'P', 'N', 'G');
    assertThat(veiled).startsWith(0x89, 'P', 'N', 'G').hasSizeLessThan(clear.length);
  }

  @Test
  void a_page_that_connects_again_goes_on_where_it_was() throws Exception {
    rig.tell(Verdicts.blocked("one"));
    String one = idOf("one");
    rig.tell(Verdicts.blocked("two"));
    idOf("two");
    List<String> lines = events(one, Pattern.compile("\"id\":\"two\""));
    assertThat(lines).anyMatch(line -> line.contains("\"resumed\":true"));
    assertThat(lines).noneMatch(line -> line.contains("\"id\":\"one\""));
  }

  @Test
  void an_id_of_an_earlier_process_starts_from_the_beginning() throws Exception {
    rig.tell(Verdicts.blocked("one"));
    for (String stale : List.of("00000000-5", "garbage", "99999999-99999999999999")) {
      List<String> lines = events(stale, Pattern.compile("\"id\":\"one\""));
      assertThat(lines).as(stale).anyMatch(line -> line.contains("\"resumed\":false"));
    }
  }

  @Test
  void figures_come_every_second_and_keep_the_connection_alive() throws Exception {
    events(null, Pattern.compile("^event: stats"));
    assertThat(events(null, Pattern.compile("\"flow\":\\{\"rate\""))).isNotEmpty();
  }

  @Test
  void one_page_too_many_is_told_so_and_a_place_is_given_back() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < ConsoleSettings.MAX_CLIENTS; i++) {
        Socket socket = new Socket("127.0.0.1", rig.port());
        open.add(socket);
        socket
            .getOutputStream()
            .write(
                "GET /console/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      HttpResponse<byte[]> refused = get("events");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("16 pages are open");
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    await()
        .atMost(Browser.PATIENCE)
        .until(() -> !events(null, Pattern.compile("hello|503")).toString().contains("503"));
  }
}
