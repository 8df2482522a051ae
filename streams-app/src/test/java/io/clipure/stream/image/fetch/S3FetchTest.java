package io.clipure.stream.image.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.image.RejectionReason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.VersioningConfiguration;

/** Against S3Proxy, a server of the S3 API, and against servers that only pretend to be one. */
@Timeout(120)
class S3FetchTest {
  private static final byte[] BODY = "these are the image's bytes".getBytes(ISO_8859_1);
  private static final String ID = "an-id";
  private static final String SECRET = "hush-secret";

  private static S3Proxy server;
  private static String oldVersion;

  @BeforeAll
  static void serve() throws Exception {
    server =
        S3Proxy.builder()
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ID, SECRET)
            .blobStore(new TransientNio2BlobStore())
            .build();
    server.start();
    try (S3Client writer =
        S3Client.builder()
            .endpointOverride(endpoint())
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(ID, SECRET)))
            .httpClientBuilder(Apache5HttpClient.builder())
            .build()) {
      for (String bucket : List.of("images", "secrets", "versions")) {
        writer.createBucket(request -> request.bucket(bucket));
      }
      put(writer, "images", "a/b c+ü.png", "image/png", BODY);
      put(writer, "images", "page.html", "text/html", BODY);
      put(writer, "images", "large", "image/png", new byte[100_001]);
      put(writer, "images", "most", "image/png", new byte[100_000]);
      put(writer, "secrets", "key", "image/png", BODY);
      writer.putBucketVersioning(
          request ->
              request
                  .bucket("versions")
                  .versioningConfiguration(
                      VersioningConfiguration.builder().status("Enabled").build()));
      oldVersion =
          writer
              .putObject(
                  request -> request.bucket("versions").key("v").contentType("image/png"),
                  RequestBody.fromBytes(BODY))
              .versionId();
      put(writer, "versions", "v", "image/png", new byte[3]);
    }
  }

  private static void put(S3Client writer, String bucket, String key, String type, byte[] bytes) {
    writer.putObject(
        request -> request.bucket(bucket).key(key).contentType(type), RequestBody.fromBytes(bytes));
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  private static URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  private static Fetching open(URI endpoint, String secret, Duration timeout, int attempts) {
    return new Fetching(
        References.open(
            new FetchSettings(
                100_000,
                timeout,
                Duration.ofSeconds(10),
                8,
                List.of("image/*"),
                new RetrySettings(attempts, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(1)),
                List.of(),
                Optional.empty(),
                Optional.of(
                    new S3Settings(
                        Optional.of(endpoint),
                        "us-east-1",
                        true,
                        Set.of("images", "versions", "absent"),
                        Optional.of(new S3Settings.Credentials(ID, secret, Optional.empty())))))));
  }

  private static Fetching open() {
    return open(endpoint(), SECRET, Duration.ofSeconds(20), 2);
  }

  @Test
  void an_object_is_fetched() {
    try (Fetching fetching = open()) {
      assertThat(fetching.content("s3://images/a/b%20c+%C3%BC.png")).isEqualTo(BODY);
      assertThat(fetching.content("s3://images/a/b c+ü.png")).isEqualTo(BODY);
      assertThat(fetching.hosts()).containsOnly("s3://images");
    }
  }

  @Test
  void an_older_version_is_fetched_by_its_id() {
    try (Fetching fetching = open()) {
      assertThat(fetching.content("s3://versions/v")).hasSize(3);
      assertThat(fetching.content("s3://versions/v?versionId=" + oldVersion)).isEqualTo(BODY);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "s3://images/none.png,     FETCH_NOT_FOUND",
    "s3://absent/none.png,     FETCH_NOT_FOUND",
    "s3://secrets/key,         FORBIDDEN_REFERENCE",
    "s3://images/page.html,    UNSUPPORTED_MEDIA_TYPE",
    "s3://images/large,        TOO_MANY_BYTES",
    "s3://images/../secrets/key, INVALID_REFERENCE",
    "s3://images/%2e%2e/secrets/key, INVALID_REFERENCE"
  })
  void what_cannot_be_had_is_refused_at_once(String reference, RejectionReason reason) {
    try (Fetching fetching = open()) {
      assertThat(fetching.refusal(reference, reason)).isNotBlank();
      assertThat(fetching.waits()).isEmpty();
    }
  }

  @Test
  void an_object_of_the_limit_is_fetched_and_refusals_do_not_use_up_connections() {
    try (Fetching fetching = open()) {
      for (int i = 0; i < 20; i++) {
        fetching.refusal("s3://images/large", RejectionReason.TOO_MANY_BYTES);
      }
      assertThat(fetching.content("s3://images/most")).hasSize(100_000);
    }
  }

  @Test
  void wrong_credentials_are_refused_at_once_with_the_servers_code() {
    try (Fetching fetching = open(endpoint(), "wrong", Duration.ofSeconds(20), 3)) {
      assertThat(fetching.refusal("s3://images/most", RejectionReason.FETCH_HTTP_STATUS))
          .contains("403 SignatureDoesNotMatch", "check credentials")
          .doesNotContain("wrong", ID);
      assertThat(fetching.waits()).isEmpty();
    }
  }

  @Test
  void a_busy_server_is_asked_again_by_our_policy_and_not_by_the_SDKs() throws IOException {
    try (RawServer busy =
            RawServer.on("127.0.0.1")
                .at(
                    "/images/a",
                    "HTTP/1.1 503 Slow Down\nContent-Length: 48",
                    "<Error><Code>SlowDown</Code><Message/></Error>  ".getBytes(ISO_8859_1));
        Fetching fetching = open(at(busy), SECRET, Duration.ofSeconds(20), 3)) {
      assertThat(fetching.refusal("s3://images/a", RejectionReason.FETCH_HTTP_STATUS))
          .contains("503 SlowDown", "attempt 3, the last");
      assertThat(fetching.waits()).hasSize(2);
      assertThat(busy.requests()).hasSize(3);
    }
  }

  @Test
  void a_redirect_to_another_host_is_not_followed() throws IOException {
    try (RawServer other = RawServer.on("127.0.0.1");
        RawServer sly = RawServer.on("127.0.0.1");
        Fetching fetching = open(at(sly), SECRET, Duration.ofSeconds(20), 1)) {
      sly.at(
          "/images/a",
          "HTTP/1.1 307 x\nContent-Length: 0\nLocation: http://127.0.0.1:" + other.port() + "/",
          new byte[0]);
      assertThat(fetching.refusal("s3://images/a", RejectionReason.FETCH_HTTP_STATUS))
          .contains("S3 answers 307");
      assertThat(other.connections()).isZero();
    }
  }

  @Test
  void an_encoded_object_is_not_unpacked() throws IOException {
    try (RawServer sly =
            RawServer.on("127.0.0.1")
                .at(
                    "/images/a",
                    "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 27",
                    BODY);
        Fetching fetching = open(at(sly), SECRET, Duration.ofSeconds(20), 1)) {
      fetching.refusal("s3://images/a", RejectionReason.UNSUPPORTED_MEDIA_TYPE);
      assertThat(sly.requests().get(0)).doesNotContainIgnoringCase("gzip");
    }
  }

  @Test
  void an_endless_object_ends_at_the_limit() throws IOException {
    try (RawServer sly = RawServer.on("127.0.0.1");
        Fetching fetching = open(at(sly), SECRET, Duration.ofSeconds(20), 1)) {
      sly.at(
          "/images/a",
          (line, out) -> {
            out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
            while (true) {
              out.write(new byte[8192]);
            }
          });
      fetching.refusal("s3://images/a", RejectionReason.TOO_MANY_BYTES);
    }
  }

  @Test
  void an_object_that_ends_early_is_not_taken_for_whole() throws IOException {
    try (RawServer sly = RawServer.on("127.0.0.1");
        Fetching fetching = open(at(sly), SECRET, Duration.ofSeconds(20), 1)) {
      sly.at(
          "/images/a",
          (line, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n".getBytes(ISO_8859_1));
            out.write(BODY);
            out.flush();
            throw new IOException("close early");
          });
      fetching.refusal("s3://images/a", RejectionReason.FETCH_FAILED);
    }
  }

  @Test
  void slow_headers_and_bodies_are_cut_at_the_limit() throws IOException {
    Map<String, String> heads =
        Map.of(
            "/images/h",
            "HTTP/1.1 200 OK\r\nX-Slow: ",
            "/images/b",
            "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n");
    try (RawServer slow = RawServer.on("127.0.0.1");
        Fetching fetching = open(at(slow), SECRET, Duration.ofMillis(800), 1)) {
      heads.forEach(
          (path, head) ->
              slow.at(
                  path,
                  (line, out) -> {
                    out.write(head.getBytes(ISO_8859_1));
                    while (slow.pause(5)) {
                      out.write('x');
                      out.flush();
                    }
                  }));
      fetching.refusal("s3://images/h", RejectionReason.FETCH_TIMEOUT);
      fetching.refusal("s3://images/b", RejectionReason.FETCH_TIMEOUT);
    }
  }

  @Test
  void an_abort_ends_a_request_whose_answer_has_not_begun() throws Exception {
    try (RawServer silent = RawServer.on("127.0.0.1");
        Fetching fetching = open(at(silent), SECRET, Duration.ofSeconds(50), 1)) {
      Fetched.Hop hop = (Fetched.Hop) fetching.references().start("s3://images/a", 1);
      silent.at(
          "/images/a",
          (line, out) -> {
            hop.abort().run();
            silent.pause(60_000);
          });
      assertThat(hop.run().get())
          .isInstanceOfSatisfying(
              Fetched.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.FETCH_TIMEOUT));
    }
  }

  @Test
  void a_server_that_is_gone_is_tried_again() throws IOException {
    RawServer gone = RawServer.on("127.0.0.1");
    gone.close();
    try (Fetching fetching = open(at(gone), SECRET, Duration.ofSeconds(20), 2)) {
      assertThat(fetching.refusal("s3://images/a", RejectionReason.FETCH_FAILED))
          .contains("s3.endpoint");
      assertThat(fetching.waits()).hasSize(1);
    }
  }

  private static URI at(RawServer server) {
    return URI.create("http://127.0.0.1:" + server.port());
  }
}
