package io.clipure.stream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchConfigTest {
  private static final Map<String, String> WEB =
      Map.of("fetch.schemes", "https", "fetch.allowed-hosts", "*.example.org");
  private static final Map<String, String> S3 =
      Map.of("fetch.schemes", "s3", "s3.buckets", "images");

  @Test
  void nothing_is_fetched_until_it_is_named() {
    FetchConfig fetch = AppConfig.load(List.of()).fetch();
    assertThat(fetch.schemes()).isEmpty();
    assertThat(fetch.allowedHosts()).isEmpty();
    assertThat(AppConfig.load(List.of()).s3().buckets()).isEmpty();
  }

  @Test
  void schemes_with_their_places_are_enough() {
    assertThat(load(WEB).fetch().schemes()).containsExactly(FetchConfig.Scheme.HTTPS);
    assertThat(load(S3).s3().buckets()).containsExactly("images");
  }

  @Test
  void a_scheme_without_a_place_to_go_is_refused() {
    assertProblems(Map.of("fetch.schemes", "http"))
        .singleElement()
        .asString()
        .startsWith("fetch.allowed-hosts: is empty")
        .contains("fetch.schemes allows http or https");
    assertProblems(Map.of("fetch.schemes", "s3"))
        .singleElement()
        .asString()
        .startsWith("s3.buckets: is empty")
        .contains("fetch.schemes allows s3");
  }

  @Test
  void a_place_without_its_scheme_is_refused_as_it_would_do_nothing() {
    assertProblems(Map.of("fetch.allowed-hosts", "example.org"))
        .containsExactly(
            "fetch.schemes: has neither http nor https, so that fetch.allowed-hosts would do"
                + " nothing; add one, or leave it out");
    assertProblems(Map.of("fetch.allowed-addresses", "10.0.0.0/8"))
        .singleElement()
        .asString()
        .contains("fetch.allowed-addresses would do nothing");
    for (String key :
        List.of("s3.buckets", "s3.endpoint=http://minio:9000", "s3.region", "s3.path-style=true")) {
      String[] parts = key.split("=");
      assertProblems(Map.of(parts[0], parts.length > 1 ? parts[1] : "eu-central-1"))
          .singleElement()
          .asString()
          .startsWith("fetch.schemes: has no s3");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org",
        "example.org/",
        "Example.org",
        "*.",
        "*example.org",
        "a.*.org",
        "**",
        "example.org:443",
        "user@example.org",
        "exämple.org",
        "a b",
        "-a.org",
        "a..b",
        ".org"
      })
  void what_is_no_host_pattern_is_refused(String host) {
    assertProblems(with(WEB, "fetch.allowed-hosts", host))
        .singleElement()
        .asString()
        .contains("fetch.allowed-hosts", "is not allowed; expected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"example.org", "*.example.org", "*", "10.0.0.1", "[fd00::1]", "minio", "a_b"})
  void hosts_patterns_and_addresses_are_host_patterns(String host) {
    assertThat(load(with(WEB, "fetch.allowed-hosts", host)).fetch().allowedHosts())
        .containsExactly(host);
  }

  @Test
  void a_fetch_that_outlasts_the_drain_is_refused() {
    assertProblems(with(WEB, "batching.drain-deadline", "25s"))
        .singleElement()
        .asString()
        .startsWith("fetch.patience: 20s and fetch.timeout of 5s do not end before")
        .contains("batching.drain-deadline of 25s");
    assertThat(load(with(WEB, "batching.drain-deadline", "26s"))).isNotNull();
    assertThat(load(Map.of("batching.drain-deadline", "22s"))).isNotNull();
  }

  @Test
  void settings_that_contradict_each_other_are_refused() {
    assertProblems(Map.of("fetch.per-host", "17"))
        .singleElement()
        .asString()
        .startsWith("fetch.per-host: 17 is more than there are threads");
    assertProblems(Map.of("fetch.backoff", "3s"))
        .singleElement()
        .asString()
        .startsWith("fetch.backoff: 3s is more than fetch.max-backoff, which is 2s");
    assertProblems(with(WEB, "fetch.schemes", "https,https"))
        .containsExactly("fetch.schemes: names one twice; name each once");
  }

  @Test
  void half_a_credential_is_refused() {
    assertProblems(with(S3, "s3.access-key-id", "id"))
        .containsExactly(
            "s3.access-key-id: is set without s3.secret-access-key; set both or neither");
    assertProblems(with(S3, "s3.secret-access-key", "hush"))
        .containsExactly(
            "s3.secret-access-key: is set without s3.access-key-id; set both or neither");
    assertProblems(with(S3, "s3.session-token", "hush"))
        .containsExactly("s3.session-token: is set without s3.access-key-id; set both or neither");
  }

  @Test
  void credentials_are_in_no_output() {
    Map<String, String> set = new HashMap<>(S3);
    set.put("s3.access-key-id", "hush-id");
    set.put("s3.secret-access-key", "hush-secret");
    set.put("s3.session-token", "hush-token");
    AppConfig config = load(set);
    assertThat(config.s3().secretAccessKey()).contains("hush-secret");
    assertThat(config.toString() + config.describe())
        .contains("s3.secret-access-key = (hidden)")
        .doesNotContain("hush");
    assertThat(config.redact("signed with hush-secret and hush-token")).doesNotContain("hush");
    assertProblems(with(set, "s3.secret-access-key", "hush with blanks"))
        .allSatisfy(problem -> assertThat(problem).doesNotContain("hush"));
  }

  private static Map<String, String> with(Map<String, String> base, String key, String value) {
    Map<String, String> all = new HashMap<>(base);
    all.put(key, value);
    return all;
  }

  private static AppConfig load(Map<String, String> values) {
    return AppConfig.load(List.of(ConfigSource.flags(values)));
  }

  private static ListAssert<String> assertProblems(Map<String, String> values) {
    try {
      load(values);
    } catch (ConfigException e) {
      return assertThat(e.problems());
    }
    throw new AssertionError("expected a ConfigException");
  }
}
