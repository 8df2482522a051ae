package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.image.ImageHeader;
import io.clipure.stream.topology.DeadLetters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dead-letters show}: one dead letter in full. */
@Command(
    name = "show",
    header = "Shows one dead letter: headers, event and image header.",
    description = {
      "Shows everything about one dead letter but its bytes, which --value writes to a file. "
          + "Bytes that are not plain text are escaped.%n",
      "Example:",
      "  clipure-stream dead-letters show --config app.properties 0:42%n"
    })
final class DeadLettersShowCommand implements Callable<Integer> {
  private static final int LONGEST_HEADER = 2_100;
  private static final Pattern QUERY = Pattern.compile("[?#].*", Pattern.DOTALL);
  private static final Pattern USER = Pattern.compile("//[^/@]*@");

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;

  @Parameters(
      paramLabel = "PARTITION:OFFSET",
      description = "Its position, as dead-letters list prints it.")
  private String position;

  @Option(
      names = "--value",
      paramLabel = "FILE",
      description = "Write the original value's bytes to this new file.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    AppConfig config = configuration.load().requireCluster();
    Position at = Position.parse(position);
    try (DeadLetterTopic letters = DeadLetterTopic.open(config)) {
      DeadLetter letter = letters.at(at);
      if (file != null) {
        write(letter);
      }
      boolean requeued = new RequeueLedger(config, letters).read().contains(at);
      PrintWriter out = spec.commandLine().getOut();
      line(out, "dead letter", letters.name() + "-" + at.partition() + "@" + at.offset());
      line(out, "failed at", letter.failedAt().toString());
      line(out, "reason", SafeText.of(letter.reason()));
      line(out, "message", SafeText.of(letter.message()));
      line(out, "attempt", Integer.toString(letter.attempt()));
      line(out, "came from", letter.source().map(Object::toString).orElse("unknown"));
      line(out, "requeued", requeued ? "yes" : "no");
      line(out, "key", SafeText.cut(SafeText.of(letter.record().key()), LONGEST_HEADER));
      out.println("headers");
      for (Header header : letter.record().headers()) {
        out.println(
            "  "
                + SafeText.cut(SafeText.of(header.key()), LONGEST_HEADER)
                + " = "
                + SafeText.cut(SafeText.of(header.value()), LONGEST_HEADER));
      }
      value(out, config, letter);
    }
    return ExitCode.OK;
  }

  private void value(PrintWriter out, AppConfig config, DeadLetter letter) {
    byte[] value = letter.record().value();
    if (letter.valueOmitted().isPresent()) {
      line(
          out,
          "value",
          "not carried, too large for the topic: "
              + SafeText.of(letter.valueOmitted().get())
              + "; it stood at "
              + letter.source().map(Object::toString).orElse("an unknown place"));
      return;
    }
    if (value == null) {
      line(out, "value", "null");
      return;
    }
    line(out, "value", DeadLetters.fingerprint(value));
    try (Deserializer<ImageEvent> events = Clients.serdes(config).imageEvent().deserializer()) {
      String topic = letter.source().map(DeadLetter.Source::topic).orElse(config.topics().images());
      event(out, events.deserialize(topic, value));
    } catch (KafkaException e) {
      line(out, "event", "cannot be decoded: " + SafeText.of(String.valueOf(e.getMessage())));
    }
  }

  private static void event(PrintWriter out, ImageEvent event) {
    line(out, "event id", SafeText.cut(SafeText.of(event.getId()), LONGEST_HEADER));
    line(out, "source", event.getSource() == null ? "-" : SafeText.of(event.getSource()));
    line(
        out,
        "media type",
        event.getMediaType() == null ? "-" : SafeText.of(event.getMediaType()) + " (stated)");
    line(out, "uploaded at", String.valueOf(event.getUploadedAt()));
    event
        .getAttributes()
        .forEach(
            (name, attribute) ->
                out.println(
                    "  attribute "
                        + SafeText.cut(SafeText.of(name), 200)
                        + " = "
                        + SafeText.cut(SafeText.of(attribute), 200)));
    if (event.getContent() instanceof ImageReference reference) {
      line(out, "content", "reference " + SafeText.of(withoutSecrets(reference.getUri())));
    } else if (event.getContent() instanceof InlineImage inline) {
      byte[] image = bytes(inline.getData());
      line(out, "content", "inline " + DeadLetters.fingerprint(image));
      line(
          out,
          "image",
          ImageHeader.peek(ByteBuffer.wrap(image))
              .map(
                  header ->
                      header.format().id()
                          + ", "
                          + header.width()
                          + " x "
                          + header.height()
                          + " pixels")
              .orElse("no header of a supported format"));
    }
  }

  private static byte[] bytes(ByteBuffer data) {
    ByteBuffer view = data.duplicate();
    byte[] bytes = new byte[view.remaining()];
    view.get(bytes);
    return bytes;
  }

  /** Queries carry signatures and tokens, and so may the part before an at sign. */
  static String withoutSecrets(String uri) {
    return USER.matcher(QUERY.matcher(uri).replaceFirst("?…")).replaceFirst("//…@");
  }

  private void write(DeadLetter letter) throws IOException {
    byte[] value = letter.record().value();
    if (value == null) {
      throw new RefusedException(
          "--value: the dead letter at "
              + letter.position()
              + " carries no value"
              + letter
                  .valueOmitted()
                  .flatMap(omitted -> letter.source())
                  .map(source -> "; it stood at " + source)
                  .orElse(""));
    }
    try {
      Files.write(file, value, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new RefusedException("--value: " + file + " is there already; name a new file", e);
    } catch (IOException e) {
      throw new RefusedException("--value: " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void line(PrintWriter out, String name, String text) {
    out.println(String.format("%-12s %s", name, text));
  }
}
