package io.clipure.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that answers as a registry in trouble does. */
class RegistryFailuresTest {
  private static final byte[] RECORD = {0, 0, 0, 0, 9, 2, 'a'};

  @ParameterizedTest(name = "status {0}")
  @ValueSource(ints = {401, 403, 407, 408, 429, 500, 501, 502, 503, 504})
  void a_registry_that_refuses_or_fails_is_an_outage(int status) throws IOException {
    String json = "{\"error_code\":%d,\"message\":\"in trouble\"}".formatted(status);
    assertThat(RegistryFailures.isOutage(failureWhenAnswered(status, json))).isTrue();
    assertThat(RegistryFailures.isOutage(failureWhenAnswered(status, "<html>"))).isTrue();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          404 | {"error_code":404,"message":"HTTP 404 Not Found"}
          404 | <html>no such page</html>
          200 | <html>please log in</html>
          200 |
          """)
  void an_answer_that_is_not_the_registrys_is_an_outage(int status, String body)
      throws IOException {
    Throwable failure = failureWhenAnswered(status, body == null ? "" : body);
    assertThat(RegistryFailures.isOutage(failure)).as("%s", failure).isTrue();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          404 | {"error_code":40403,"message":"Schema 9 not found"}
          200 | {"schema":"not avro at all"}
          200 | {"schemaType":"PROTOBUF","schema":"syntax = \\"proto3\\"; message M {}"}
          200 | {"schemaType":"JSON","schema":"{}"}
          200 | {"schema":"\\"long\\""}
          """)
  void a_record_whose_schema_is_unknown_or_unusable_is_at_fault_itself(int status, String body)
      throws IOException {
    Throwable failure = failureWhenAnswered(status, body);
    assertThat(failure).isInstanceOf(SerializationException.class);
    assertThat(RegistryFailures.isOutage(failure)).as("%s", failure).isFalse();
  }

  @Test
  void a_closed_port_is_an_outage() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThat(RegistryFailures.isOutage(failureAt("http://127.0.0.1:" + port))).isTrue();
  }

  @Test
  void a_host_without_an_address_is_an_outage() {
    assertThat(RegistryFailures.isOutage(failureAt("http://registry.invalid:8081"))).isTrue();
  }

  @Test
  void a_registry_that_never_answers_is_an_outage() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(RegistryFailures.isOutage(failureAt("http://127.0.0.1:" + silent.getLocalPort())))
          .isTrue();
    }
  }

  @Test
  void anything_else_is_not_an_outage_even_when_causes_form_a_ring() {
    Exception inner = new IllegalStateException("inner");
    Exception outer = new IllegalStateException("outer", inner);
    inner.initCause(outer);
    assertThat(RegistryFailures.isOutage(outer)).isFalse();
    assertThat(RegistryFailures.isOutage(null)).isFalse();
  }

  private static Throwable failureWhenAnswered(int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      return failureAt("http://127.0.0.1:" + server.getAddress().getPort());
    } finally {
      server.stop(0);
    }
  }

  private static Throwable failureAt(String url) {
    Map<String, Object> config = new HashMap<>();
    config.put("schema.registry.url", url);
    config.put("schema.registry.http.connect.timeout.ms", "500");
    config.put("schema.registry.http.read.timeout.ms", "500");
    config.put("schema.registry.max.retries", "0");
    config.put("http.connect.timeout.ms", "500");
    config.put("http.read.timeout.ms", "500");
    config.put("max.retries", "0");
    try (Serde<ImageEvent> serde = ConfluentSerdes.imageEvent(config)) {
      Throwable failure = catchThrowable(() -> serde.deserializer().deserialize("images", RECORD));
      assertThat(failure).isNotNull();
      return failure;
    }
  }
}
