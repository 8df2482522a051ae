package io.clipure.stream.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpsServerTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final OpsServer server =
      new OpsServer(
          "127.0.0.1",
          0,
          List.of(
              Route.of("/one", saying("one")),
              Route.below("/folder", saying("folder")),
              Route.of("/broken", new Broken())));

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void a_path_is_answered_by_its_handler() throws Exception {
    assertThat(get("/one").body()).isEqualTo("one");
    assertThat(get("/folder").body()).isEqualTo("folder");
    assertThat(get("/folder/below/it").body()).isEqualTo("folder");
  }

  @Test
  void any_other_path_is_not_found() throws Exception {
    for (String path : List.of("/", "/one/more", "/folders", "/one/../../etc/passwd")) {
      assertThat(get(path).statusCode()).as(path).isIn(404, 400);
    }
  }

  @Test
  void only_get_and_head_are_allowed() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE")) {
      HttpResponse<String> answer = request("/one", method);
      assertThat(answer.statusCode()).as(method).isEqualTo(405);
      assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
    }
    HttpResponse<String> head = request("/one", "HEAD");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void every_answer_says_that_it_is_not_to_be_sniffed_framed_or_stored() throws Exception {
    for (String path : List.of("/one", "/nothing")) {
      assertThat(get(path).headers().map())
          .as(path)
          .containsEntry("x-content-type-options", List.of("nosniff"))
          .containsEntry("x-frame-options", List.of("DENY"))
          .containsEntry("cache-control", List.of("no-store"))
          .containsKey("content-security-policy")
          .doesNotContainKey("server");
    }
  }

  @Test
  void a_handler_that_fails_shows_no_stack() throws Exception {
    HttpResponse<String> answer = get("/broken");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("secret").doesNotContain("at io.clipure");
  }

  @Test
  void a_second_server_on_the_same_port_cannot_start() {
    try (OpsServer second = new OpsServer("127.0.0.1", server.port(), List.of())) {
      assertThatThrownBy(second::start).isInstanceOf(IOException.class);
    }
  }

  @Test
  void its_address_is_one_that_can_be_opened() throws Exception {
    assertThat(server.address()).isEqualTo("http://127.0.0.1:" + server.port());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return request(path, "GET");
  }

  private HttpResponse<String> request(String path, String method) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Handler saying(String text) {
    return new Handler.Abstract() {
      @Override
      public boolean handle(Request request, Response response, Callback callback) {
        Answers.send(response, callback, 200, "text/plain", text);
        return true;
      }
    };
  }

  private static final class Broken extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      throw new IllegalStateException("secret");
    }
  }
}
