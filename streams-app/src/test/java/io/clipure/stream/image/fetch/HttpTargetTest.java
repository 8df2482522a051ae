package io.clipure.stream.image.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTargetTest {

  @ParameterizedTest
  @CsvSource({
    "http://example.org,                 http,  example.org,   80,   /",
    "https://example.org/,               https, example.org,   443,  /",
    "HTTPS://Example.ORG./a.jpg,         https, example.org,   443,  /a.jpg",
    "http://example.org:8080/a?b=c&d,    http,  example.org,   8080, /a?b=c&d",
    "http://example.org?q,               http,  example.org,   80,   /?q",
    "http://example.org/a#top,           http,  example.org,   80,   /a",
    "http://example.org#top,             http,  example.org,   80,   /",
    "https://a_b.xn--nxasmq6b/%C3%A9,    https, a_b.xn--nxasmq6b, 443, /%C3%A9",
    "https://h/a//b/../c;v=1?x[]=/@:,    https, h,             443,  /a//b/../c;v=1?x[]=/@:",
    "http://8.8.8.8/,                    http,  8.8.8.8,       80,   /",
    "http://[2606:4700::1111]:81/,       http,  [2606:4700::1111], 81, /",
    "http://1.example/,                  http,  1.example,     80,   /",
    "http://1a/,                         http,  1a,            80,   /",
    "http://0x7f.test/,                  http,  0x7f.test,     80,   /"
  })
  void ordinary_urls_are_taken_apart(
      String url, String scheme, String host, int port, String pathAndQuery) throws FetchException {
    HttpTarget target = HttpTarget.parse(url);
    assertThat(target.scheme()).isEqualTo(scheme);
    assertThat(target.host()).isEqualTo(host);
    assertThat(target.port()).isEqualTo(port);
    assertThat(target.pathAndQuery()).isEqualTo(pathAndQuery);
  }

  @ParameterizedTest
  @CsvSource({
    "https://other.test/x,    https://other.test:443/x",
    "HTTP://other.test,       http://other.test:80/",
    "//other.test:81/x,       https://other.test:81/x",
    "/x?y,                    https://h.test:8443/x?y",
    "x,                       https://h.test:8443/a/x",
    "x/../y,                  https://h.test:8443/a/x/../y",
    "?z,                      https://h.test:8443/a/b?z",
    "#z,                      https://h.test:8443/a/b?q",
    "'',                      https://h.test:8443/a/b?q"
  })
  void a_location_is_followed_from_where_it_was_sent(String location, String reached)
      throws FetchException {
    HttpTarget target = HttpTarget.parse("https://h.test:8443/a/b?q").resolve(location);
    assertThat(target.origin() + target.pathAndQuery()).isEqualTo(reached);
  }

  @Test
  void what_is_shown_has_no_query_and_little_path() throws FetchException {
    HttpTarget target =
        HttpTarget.parse("https://h.test/" + "a".repeat(500) + "?X-Amz-Signature=hush");
    assertThat(target.toString()).hasSizeLessThan(130).doesNotContain("hush").contains("h.test/aa");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::",
        "::1",
        "1::",
        "1::8",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "fd00:ec2::254",
        "2001:DB8::a",
        "1:2:3:4:5:6:1.2.3.4",
        "fe80::1.2.3.4",
        "1::2:1.2.3.4"
      })
  void addresses_are_read_as_the_JDK_reads_them(String address) throws UnknownHostException {
    InetAddress expected = InetAddress.getByName("[" + address + "]");
    assertThat(IpLiteral.v6(address)).hasValue(expected.getAddress());
    assertThat(expected).isInstanceOf(Inet6Address.class);
  }

  @Test
  void what_is_no_address_is_not_read() {
    List<String> bad =
        List.of(
            "",
            ":",
            ":::",
            "1",
            "1:",
            ":1",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8",
            "g::",
            "12345::",
            "::1%lo",
            "1.2.3.4",
            "1.2.3.4::",
            "1:1.2.3.4::",
            "::1.2.3",
            "::1.2.3.256",
            "::01.2.3.4",
            "::1.2.3.4:5");
    assertThat(bad).allSatisfy(text -> assertThat(IpLiteral.v6(text)).isEmpty());
  }

  @Test
  void host_rules_match_whole_names_and_names_below() {
    HostRules rules = new HostRules(List.of("a.test", "*.b.test", "10.0.0.1", "[::1]"));
    assertThat(List.of("a.test", "x.b.test", "y.x.b.test", "10.0.0.1", "[::1]"))
        .allMatch(rules::allow);
    assertThat(List.of("x.a.test", "b.test", "xb.test", "a.test.evil", "10.0.0.2", "[::2]", "test"))
        .noneMatch(rules::allow);
    assertThat(new HostRules(List.of("*")).allow("any.where")).isTrue();
    assertThat(new HostRules(List.of()).allow("a.test")).isFalse();
    assertThat(new HostRules(List.of("*.0.0.1")).allow("127.0.0.1")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket/a/b.jpg,            bucket, a/b.jpg,",
    "S3://my.bucket-1/a%20b+c.jpg,   my.bucket-1, a b+c.jpg,",
    "s3://bucket/%E2%82%AC,          bucket, €,",
    "s3://bucket/a?versionId=x.1_-,  bucket, a, x.1_-",
    "s3://bucket/a..b/...,           bucket, a..b/...,"
  })
  void s3_references_are_taken_apart(String text, String bucket, String key, String version)
      throws FetchException {
    S3Reference reference = S3Reference.parse(text);
    assertThat(reference.bucket()).isEqualTo(bucket);
    assertThat(reference.key()).isEqualTo(key);
    assertThat(reference.versionId().orElse(null)).isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3:bucket/a",
        "s3:/bucket/a",
        "s3:///a",
        "s3://bucket",
        "s3://bucket/",
        "s3://a/b",
        "s3://b@cket/a",
        "s3://bucket:80/a",
        "s3://bucket/../other/a",
        "s3://bucket/a/./b",
        "s3://bucket/%2e%2e/other",
        "s3://bucket//a",
        "s3://bucket/a%00",
        "s3://bucket/a%0d%0ab",
        "s3://bucket/%ff",
        "s3://bucket/%zz",
        "s3://bucket/a?x=y",
        "s3://bucket/a?versionId=",
        "s3://bucket/a?versionId=a&b=c",
        "s3://bucket/a#b",
        "s3://arn:aws:s3:::b/a",
        "s3://b%2fc/a"
      })
  void an_s3_reference_that_could_leave_its_bucket_or_mean_two_things_is_refused(String text) {
    assertThatExceptionOfType(FetchException.class).isThrownBy(() -> S3Reference.parse(text));
  }
}
