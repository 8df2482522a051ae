package io.clipure.stream.app.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the schema registry's HTTP interface that Avro serdes use, in front of Confluent's
 * in-memory client; it can be stopped and started again at the same address.
 *
 * <p><b>Threading</b>: requests run on a pool of its own; start and stop from one thread.
 */
public final class RegistryServer implements AutoCloseable {
  private static final Pattern BY_ID = Pattern.compile("/schemas/ids/(\\d+)");
  private static final Pattern REGISTER = Pattern.compile("/subjects/([^/]+)/versions");
  private static final Pattern LOOK_UP = Pattern.compile("/subjects/([^/]+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String scope;
  private final SchemaRegistryClient schemas;
  private int port;
  private HttpServer server;
  private ExecutorService workers;
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean failing;

  /**
   * Prepares a registry that is not started yet.
   *
   * @param scope name of its content; {@link #direct} reaches it without HTTP
   */
  public RegistryServer(String scope) {
    this.scope = scope;
    this.schemas = MockSchemaRegistry.getClientForScope(scope);
  }

  /** Answers requests from now on; the first start chooses the port. */
  public void start() {
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("The registry cannot listen on port " + port, e);
    }
    port = server.getAddress().getPort();
    workers = Executors.newFixedThreadPool(2, run -> new Thread(run, "registry"));
    server.setExecutor(workers);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Refuses connections from now on. */
  void stop() {
    if (server != null) {
      server.stop(0);
      workers.shutdownNow();
      server = null;
    }
  }

  /**
   * From now on answers 503 to every question, or stops doing so.
   *
   * @return {@link #failed} so far
   */
  long fail(boolean failNow) {
    failing = failNow;
    return failed.get();
  }

  /** Questions answered with 503. */
  long failed() {
    return failed.get();
  }

  /** Address for the service. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Address for the harness itself, which must read results while the registry is down. */
  String direct() {
    return "mock://" + scope;
  }

  @Override
  public void close() {
    stop();
    MockSchemaRegistry.dropScope(scope);
  }

  private void answer(HttpExchange exchange) throws IOException {
    int status = 200;
    ObjectNode body = JSON.createObjectNode();
    try {
      if (failing) {
        failed.incrementAndGet();
        throw new RestClientException("out of order, for the sake of the argument", 503, 50300);
      }
      JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
      fill(body, exchange.getRequestURI().getPath(), request);
    } catch (RestClientException e) {
      status = e.getStatus();
      body.put("error_code", e.getErrorCode()).put("message", e.getMessage());
    } catch (IOException | RuntimeException e) {
      status = 500;
      body.put("error_code", 50001).put("message", e.toString());
    }
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void fill(ObjectNode body, String path, JsonNode request)
      throws IOException, RestClientException {
    Matcher byId = BY_ID.matcher(path);
    Matcher register = REGISTER.matcher(path);
    Matcher lookUp = LOOK_UP.matcher(path);
    if (byId.matches()) {
      int id = Integer.parseInt(byId.group(1));
      body.put("schema", schemas.getSchemaById(id).canonicalString());
    } else if (register.matches()) {
      body.put("id", schemas.register(register.group(1), schema(request)));
    } else if (lookUp.matches()) {
      String subject = lookUp.group(1);
      AvroSchema schema = schema(request);
      body.put("subject", subject)
          .put("id", schemas.getId(subject, schema))
          .put("version", schemas.getVersion(subject, schema))
          .put("schema", schema.canonicalString());
    } else {
      throw new RestClientException("not offered here: " + path, 404, 404);
    }
  }

  private static AvroSchema schema(JsonNode request) {
    return new AvroSchema(request.path("schema").asText());
  }
}
