package io.clipure.stream.app;

import static io.clipure.stream.app.DeadLetterFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.topology.DeadLetters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersCommandTest {
  private static final String ESCAPE = "\u001b[2J\u202e";
  private static EmbeddedBroker broker;

  @TempDir private Path folder;
  private DeadLetterFixture topics;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void makeTopics() {
    topics = new DeadLetterFixture(broker);
  }

  private void write(int partition, String key, String reason) {
    topics.write(topics.letter(partition, key, bytes("value of " + key), reason, "17"));
  }

  private static void assertRefused(CommandLineRun run, String... words) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err()).startsWith("clipure-stream: ").contains(words);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void listShowsALineEachAndCountsByReason() {
    write(0, "cat-1", "CORRUPT_IMAGE");
    write(1, "cat-2", "FETCH_FAILED");
    write(1, ESCAPE, "CORRUPT_IMAGE");

    CommandLineRun all = topics.run("list");
    assertThat(all.exitCode()).as(all.err()).isZero();
    assertThat(all.out().lines()).hasSize(5);
    assertThat(all.out())
        .contains("0:0 ", "1:0 ", "1:1 ", "cat-1", topics.images() + "-0@17", " 14 it is broken")
        .contains("3 dead letters in " + topics.deadLetters())
        .contains(": 2 CORRUPT_IMAGE, 1 FETCH_FAILED; 0 already requeued")
        .contains("\\u{1b}[2J\\u{202…")
        .doesNotContain("\u001b", "\u202e");

    CommandLineRun some = topics.run("list", "--reason", "FETCH_FAILED", "--since", "1h");
    assertThat(some.out().lines()).hasSize(3);
    assertThat(some.out())
        .contains("cat-2", "1 of the 3 dead letters read")
        .doesNotContain("cat-1");
    assertThat(topics.run("list", "--until", "1h").out())
        .startsWith("0 of the 3 dead letters read");
    assertThat(topics.run("list", "--key", "cat-1").out())
        .contains("cat-1", "1 of the 3 dead letters read");
    assertThat(topics.run("list", "--limit", "1").out().lines()).hasSize(3);
  }

  @Test
  void listAsJsonIsOneObjectALineInPlainAscii() throws IOException {
    write(0, ESCAPE, "CORRUPT_IMAGE");

    CommandLineRun run = topics.run("list", "--json");
    assertThat(run.out().lines()).hasSize(1);
    assertThat(run.out().strip()).isPrintable();
    JsonNode letter = new ObjectMapper().readTree(run.out());
    assertThat(letter.get("position").textValue()).isEqualTo("0:0");
    assertThat(letter.get("key").textValue()).isEqualTo(ESCAPE);
    assertThat(letter.get("attempt").intValue()).isEqualTo(1);
    assertThat(letter.at("/source/offset").longValue()).isEqualTo(17);
    assertThat(letter.get("requeued").booleanValue()).isFalse();
    assertThat(run.err()).contains("1 dead letter in ");
  }

  @Test
  void showDecodesTheEventAndHidesWhatMustNotBeSeen() throws IOException {
    byte[] image = Files.readAllBytes(oneImage());
    byte[] inline =
        event(
            ImageEvent.newBuilder()
                .setId("cat" + ESCAPE)
                .setContent(new InlineImage(ByteBuffer.wrap(image)))
                .setAttributes(Map.of("note", ESCAPE)));
    byte[] reference =
        event(
            ImageEvent.newBuilder()
                .setId("dog")
                .setContent(
                    new ImageReference("https://user:pw@host.example/dog.jpg?signature=secret")));
    topics.write(topics.letter(0, "cat", inline, "CORRUPT_IMAGE", "3"));
    topics.write(topics.letter(0, "dog", reference, "FETCH_FAILED", "4"));
    Path file = folder.resolve("value.bin");

    CommandLineRun cat = topics.run("show", "0:0", "--value", file.toString());
    assertThat(cat.exitCode()).as(cat.err()).isZero();
    assertThat(cat.out())
        .contains("camera = 7", "raw = \\xff\\x00", "camera = (null)", "clipure.reason = CORRUPT")
        .contains(
            "cat\\u{1b}[2J\\u{202e}", "note = \\u{1b}[2J", "bytes=" + image.length + " sha256=")
        .contains("pixels", DeadLetters.fingerprint(inline))
        .doesNotContain("\u001b", "\u202e");
    assertThat(Files.readAllBytes(file)).isEqualTo(inline);
    assertRefused(topics.run("show", "0:0", "--value", file.toString()), "is there already");

    assertThat(topics.run("show", "0:1").out())
        .contains("reference https://…@host.example/dog.jpg?…")
        .doesNotContain("secret", "pw");
    assertThat(topics.read(topics.images())).isEmpty();
  }

  private static Path oneImage() throws IOException {
    try (var images = Files.list(Home.locate().demoFolder().resolve("images"))) {
      return images.sorted().findFirst().orElseThrow();
    }
  }

  private byte[] event(ImageEvent.Builder event) {
    try (var values = Clients.serdes(topics.config()).imageEvent()) {
      return values.serializer().serialize(topics.images(), event.build());
    }
  }

  @Test
  void requeueSendsTheOriginalBackOnceAndSaysWhereItCameFrom() {
    write(1, "cat", "CORRUPT_IMAGE");
    write(1, "dog", "FETCH_FAILED");

    CommandLineRun dry = topics.run("requeue", "--all", "--dry-run");
    assertThat(dry.out()).contains("would send 1:0 to ", "would send 1:1", "Would send 2 of 2");
    assertThat(topics.read(topics.images())).isEmpty();

    CommandLineRun run = topics.run("requeue", "--reason", "CORRUPT_IMAGE");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("sent 1:0 to " + topics.images() + "-1", "Sent 1 of 1");
    assertThat(run.err()).contains("made topic " + topics.ledger());
    ConsumerRecord<byte[], byte[]> back = topics.read(topics.images()).get(0);
    assertThat(back.partition()).isEqualTo(1);
    assertThat(back.key()).isEqualTo(bytes("cat"));
    assertThat(back.value()).isEqualTo(bytes("value of cat"));
    assertThat(headers(back))
        .startsWith("camera=[55]", "raw=[-1, 0]", "camera=null", "clipure.attempt=[49]")
        .hasSize(6);
    assertThat(DeadLetters.text(back.headers(), DeadLetters.REQUEUED_FROM))
        .hasValue(topics.deadLetters() + "-1@0");
    assertThat(DeadLetters.text(back.headers(), DeadLetters.REQUEUED_AT)).isPresent();

    assertThat(topics.run("list").out())
        .contains("[requeued] it is broken", "; 1 already requeued");
    assertThat(topics.run("requeue", "--all").out()).contains("Sent 1 of 2 back; 1 already");
    assertThat(topics.run("requeue", "1:0").out()).contains("Sent 0 of 1 back; 1 already requeued");
    assertThat(topics.read(topics.images())).hasSize(2);
    assertThat(topics.run("requeue", "1:0", "--again").out()).contains("Sent 1 of 1");
    assertThat(topics.read(topics.images())).hasSize(3);
  }

  private static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
    List<String> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(header.key() + "=" + java.util.Arrays.toString(header.value()));
    }
    return headers;
  }

  @Test
  void aLetterWithoutItsValueIsSentFromWhereTheEventStands() {
    byte[] value = bytes("the large original");
    ProducerRecord<byte[], byte[]> event =
        new ProducerRecord<>(topics.images(), 0, bytes("big"), value);
    event.headers().add("lens", bytes("50"));
    event.headers().add(DeadLetters.VALUE_OMITTED, bytes("forged"));
    topics.write(event);
    ProducerRecord<byte[], byte[]> letter = topics.letter(0, "big", null, "TOO_MANY_BYTES", "0");
    letter.headers().add(DeadLetters.VALUE_OMITTED, bytes(DeadLetters.fingerprint(value)));
    topics.write(letter);
    ProducerRecord<byte[], byte[]> gone = topics.letter(0, "big", null, "TOO_MANY_BYTES", "9");
    gone.headers().add(DeadLetters.VALUE_OMITTED, bytes(DeadLetters.fingerprint(value)));
    topics.write(gone);
    ProducerRecord<byte[], byte[]> other = topics.letter(0, "big", null, "TOO_MANY_BYTES", "0");
    other.headers().add(DeadLetters.VALUE_OMITTED, bytes(DeadLetters.fingerprint(bytes("other"))));
    topics.write(other);

    CommandLineRun run = topics.run("requeue", "--all");

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run.out()).contains("Sent 1 of 3 back; 0 already requeued, 2 cannot be sent");
    assertThat(run.err())
        .contains("0:1 is not sent: it carries no value, and " + topics.images() + "-0@9 is no")
        .contains("0:2 is not sent", "SHA-256 differs");
    ConsumerRecord<byte[], byte[]> back = topics.read(topics.images()).get(1);
    assertThat(back.value()).isEqualTo(value);
    assertThat(headers(back)).startsWith("lens=[53, 48]", "clipure.attempt=[49]").hasSize(4);
    assertThat(topics.run("list").out()).contains("(18) it is broken");
  }

  @Test
  void aLetterThatNamesAnotherTopicGoesThereOnlyIfTheOperatorSaysSo() {
    ProducerRecord<byte[], byte[]> letter = topics.letter(0, "k", bytes("v"), "X", "0");
    letter.headers().add(DeadLetters.SOURCE_TOPIC, bytes(topics.ledger()));
    topics.write(letter);

    CommandLineRun run = topics.run("requeue", "0:0");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run.err()).contains("0:0 is not sent: it came from " + topics.ledger(), "--to");
    assertThat(topics.run("requeue", "0:0", "--to", topics.images()).exitCode()).isZero();
    assertThat(topics.read(topics.images())).hasSize(1);
    assertRefused(topics.run("requeue", "0:0", "--to", topics.deadLetters()), "--to=");
    assertRefused(topics.run("requeue", "0:0", "--to", "nowhere"), "no topic nowhere");
  }

  @Test
  void whatCannotBeDoneIsRefusedInOneLine() {
    write(0, "cat", "CORRUPT_IMAGE");

    assertRefused(topics.run("show", "0-1"), "'0-1' is no position", "0:42");
    assertRefused(topics.run("show", "0:5"), "no dead letter at 0:5", "offsets 0 to 0");
    assertRefused(topics.run("show", "9:0"), "no dead letter at 9:0", "2 partitions");
    assertRefused(topics.run("requeue"), "--reason", "--all");
    assertRefused(topics.run("requeue", "--all", "0:0"), "leave them");
    assertRefused(topics.run("requeue", "--all", "--again"), "--again");
    assertRefused(topics.run("requeue", "--reason", "NO_SUCH", "--dry-run"), "matches");
    assertRefused(topics.run("list", "--since", "soon"), "--since=soon");
    assertRefused(
        topics.run("list", "--set", "topics.images-dead-letter=nowhere"),
        "no topic nowhere",
        "topics.images-dead-letter");
  }

  @Test
  void aLedgerThatForgetsIsRefused() {
    broker.createTopics(List.of(topics.ledger()), 1, Map.of());
    write(0, "cat", "CORRUPT_IMAGE");

    assertRefused(topics.run("requeue", "--all"), "cleanup.policy=delete, expected compact");
    assertThat(topics.read(topics.images())).isEmpty();
  }
}
