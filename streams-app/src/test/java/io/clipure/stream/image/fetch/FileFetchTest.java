package io.clipure.stream.image.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.clipure.stream.image.RejectionReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FileFetchTest {
  private static final byte[] BODY = new byte[1000];

  @TempDir private Path directory;

  private Path allowed;
  private Path secret;
  private Fetching fetching;

  @BeforeEach
  void oneAllowedDirectoryAndOneFileBesideIt() throws IOException {
    allowed = Files.createDirectory(directory.resolve("allowed"));
    secret = Files.write(directory.resolve("secret.jpg"), BODY);
    fetching = open(BODY.length, allowed);
  }

  @AfterEach
  void close() {
    fetching.close();
  }

  private static Fetching open(long maxBytes, Path... roots) {
    return new Fetching(References.open(Fetching.files(maxBytes, roots)));
  }

  @Test
  void a_file_below_a_root_is_read() throws IOException {
    Path deep = Files.createDirectories(allowed.resolve("a b/c/d"));
    Path file = Files.write(deep.resolve("x.txt"), BODY);
    assertThat(fetching.content(file.toUri().toString())).isEqualTo(BODY);
    assertThat(fetching.hosts()).containsExactly("file:" + allowed);
  }

  @Test
  void a_root_may_itself_be_a_symbolic_link_and_links_within_a_root_are_followed()
      throws IOException {
    Path file = Files.write(allowed.resolve("x.jpg"), BODY);
    Path link = Files.createSymbolicLink(directory.resolve("link"), allowed);
    Files.createSymbolicLink(allowed.resolve("y.jpg"), file);
    Files.createSymbolicLink(allowed.resolve("here"), allowed);
    try (Fetching byLink = open(BODY.length, link)) {
      assertThat(byLink.content(link.resolve("x.jpg").toUri().toString())).isEqualTo(BODY);
      assertThat(byLink.content(file.toUri().toString())).isEqualTo(BODY);
      assertThat(byLink.content(link.resolve("y.jpg").toUri().toString())).isEqualTo(BODY);
      assertThat(byLink.content(link.resolve("here/here/y.jpg").toUri().toString()))
          .isEqualTo(BODY);
    }
  }

  @Test
  void a_link_from_one_root_into_another_is_followed() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.write(other.resolve("x.jpg"), BODY);
    Files.createSymbolicLink(allowed.resolve("x.jpg"), other.resolve("x.jpg"));
    try (Fetching both = open(BODY.length, allowed, other)) {
      assertThat(both.content(allowed.resolve("x.jpg").toUri().toString())).isEqualTo(BODY);
    }
    fetching.refusal(
        allowed.resolve("x.jpg").toUri().toString(), RejectionReason.FORBIDDEN_REFERENCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.jpg",
        "%2e%2e/secret.jpg",
        ".%2e/secret.jpg",
        "a/../../secret.jpg",
        "link.jpg",
        "up/secret.jpg",
        "dir/link.jpg",
        "chain.jpg",
        "up/allowed/up/secret.jpg"
      })
  void dots_and_symbolic_links_do_not_lead_out(String escape) throws IOException {
    Files.createDirectory(allowed.resolve("dir"));
    Files.createSymbolicLink(allowed.resolve("link.jpg"), secret);
    Files.createSymbolicLink(allowed.resolve("chain.jpg"), allowed.resolve("link.jpg"));
    Files.createSymbolicLink(allowed.resolve("dir/link.jpg"), Path.of("../../secret.jpg"));
    Files.createSymbolicLink(allowed.resolve("up"), directory);
    fetching.refusal(allowed.toUri() + escape, RejectionReason.FORBIDDEN_REFERENCE);
  }

  @Test
  void what_is_outside_is_forbidden_whether_it_exists_or_not() {
    Path missing = directory.resolve("missing.jpg");
    assertThat(fetching.refusal(secret.toUri().toString(), RejectionReason.FORBIDDEN_REFERENCE))
        .isEqualTo(
            fetching.refusal(missing.toUri().toString(), RejectionReason.FORBIDDEN_REFERENCE));
  }

  @Test
  void a_directory_with_a_roots_name_as_its_beginning_is_not_below_it() throws IOException {
    Path beside = Files.createDirectory(directory.resolve("allowed-not"));
    Path file = Files.write(beside.resolve("x.jpg"), BODY);
    fetching.refusal(file.toUri().toString(), RejectionReason.FORBIDDEN_REFERENCE);
  }

  @Test
  void without_a_root_nothing_is_read_and_the_key_is_named() {
    try (Fetching none = open(BODY.length)) {
      assertThat(none.refusal(secret.toUri().toString(), RejectionReason.FORBIDDEN_REFERENCE))
          .contains("image.file-roots");
    }
  }

  @Test
  void a_missing_file_is_not_found() {
    fetching.refusal(
        allowed.resolve("none.jpg").toUri().toString(), RejectionReason.FETCH_NOT_FOUND);
  }

  @Test
  void a_directory_a_pipe_and_a_device_are_refused_without_waiting()
      throws IOException, InterruptedException {
    Path pipe = allowed.resolve("pipe.jpg");
    Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeThat(mkfifo.waitFor()).as("this system has named pipes").isZero();
    Files.createDirectory(allowed.resolve("d"));
    for (String name : List.of("pipe.jpg", "d", "d/", "")) {
      assertThat(fetching.refusal(allowed.toUri() + name, RejectionReason.FETCH_FAILED))
          .contains("not a regular file");
    }
    try (Fetching devices = open(BODY.length, Path.of("/dev"))) {
      devices.refusal("file:///dev/zero", RejectionReason.FETCH_FAILED);
    }
  }

  @Test
  void a_file_of_the_limit_is_read_and_one_byte_more_is_not() throws IOException {
    Path file = Files.write(allowed.resolve("x.jpg"), BODY);
    assertThat(fetching.content(file.toUri().toString())).hasSize(BODY.length);
    Files.write(file, new byte[BODY.length + 1]);
    assertThat(fetching.refusal(file.toUri().toString(), RejectionReason.TOO_MANY_BYTES))
        .contains("1001 bytes, at most 1000", "image.max-bytes");
  }

  @Test
  void a_file_that_says_it_is_empty_and_is_not_ends_at_the_limit() {
    Path maps = Path.of("/proc/self/smaps");
    assumeThat(maps).exists();
    try (Fetching proc = open(BODY.length, Path.of("/proc"))) {
      assertThat(proc.refusal(maps.toUri().toString(), RejectionReason.TOO_MANY_BYTES))
          .startsWith("more than 1000");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:relative.jpg",
        "file://host/a.jpg",
        "file:///a.jpg?token=hush",
        "file:///a.jpg#x",
        "file:///a%00b.jpg",
        "file:",
        "file://"
      })
  void what_is_no_absolute_path_is_refused_without_repeating_it(String reference) {
    Fetched fetched = fetching.fetch(reference);
    assertThat(fetched)
        .isInstanceOfSatisfying(
            Fetched.Refused.class,
            refused -> {
              assertThat(refused.reason())
                  .isIn(RejectionReason.FORBIDDEN_REFERENCE, RejectionReason.INVALID_REFERENCE);
              assertThat(refused.message()).doesNotContain("hush");
            });
  }

  @Test
  void a_root_that_is_missing_or_no_directory_is_refused_by_its_key() {
    for (Path root : List.of(directory.resolve("none"), secret)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> References.open(Fetching.files(1000, allowed, root)))
          .withMessageContaining("image.file-roots: \"" + root + "\"");
    }
  }

  @Test
  void an_aborted_read_is_a_timeout() throws IOException {
    Path file = Files.write(allowed.resolve("x.jpg"), BODY);
    Fetched.Hop hop = (Fetched.Hop) fetching.references().start(file.toUri().toString(), 1);
    hop.abort().run();
    assertThat(hop.run().get())
        .isInstanceOfSatisfying(
            Fetched.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.FETCH_TIMEOUT));
  }
}
