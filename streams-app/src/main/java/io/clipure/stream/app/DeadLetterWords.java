package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.clip.ModelBundle;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.image.DefaultImageLoader;
import io.clipure.stream.image.LoadedImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;

/** A dead letter for a person: what happened, what helps, and whether it would happen again. */
final class DeadLetterWords {
  private final String topic;
  private final DeadLetter letter;

  /**
   * Creates the words.
   *
   * @param topic where the letter stands
   */
  DeadLetterWords(String topic, DeadLetter letter) {
    this.topic = topic;
    this.letter = letter;
  }

  /**
   * All lines.
   *
   * @param now what loading its image gives now; empty: not tried
   */
  List<String> lines(List<String> remarks, Optional<String> now) {
    List<String> lines = new ArrayList<>();
    String name = SafeText.cut(SafeText.of(letter.record().key()), 200);
    lines.add("%s: no verdict, a dead letter: %s".formatted(name, safe(letter.reason())));
    List<String> place = new ArrayList<>(List.of(topic + " " + letter.position()));
    remarks.forEach(remark -> place.add(SafeText.of(remark)));
    field(lines, "stands at", String.join("; ", place));
    field(
        lines,
        "event",
        letter
            .source()
            .map(at -> "%s-%d offset %d".formatted(at.topic(), at.partition(), at.offset()))
            .orElse("unknown: the letter does not say where it came from"));
    field(lines, "given up", letter.failedAt() + ", attempt " + letter.attempt());
    lines.add("");
    lines.add("WHY");
    Optional<ReasonWords.Words> words = ReasonWords.of(letter.reason());
    lines.addAll(
        Paragraph.of(
            2,
            words.map(ReasonWords.Words::meaning).orElse("A reason this version does not know.")));
    if (!letter.message().isBlank()) {
      lines.addAll(Paragraph.hanging("  Seen: ", 8, SafeText.of(letter.message())));
    }
    now.ifPresent(text -> lines.addAll(Paragraph.hanging("  Now: ", 7, SafeText.of(text))));
    lines.add("");
    lines.add("WHAT TO DO");
    lines.addAll(
        Paragraph.of(
            2,
            words
                .map(ReasonWords.Words::toDo)
                .orElse("See the message, and the version that wrote it.")));
    lines.add("  All about it:  dead-letters show " + letter.position());
    lines.add("  Send it back:  dead-letters requeue " + letter.position());
    letter
        .valueOmitted()
        .ifPresent(
            omitted ->
                lines.addAll(
                    Paragraph.of(
                        2,
                        "The letter does not carry the event, which was too large for the topic; it"
                            + " stands where it came from.")));
    return lines;
  }

  /** What loading the letter's image gives now; empty: it holds no inline image. */
  static Optional<String> now(AppConfig config, Home home, DeadLetter letter) {
    byte[] value = letter.record().value();
    if (value == null) {
      return Optional.empty();
    }
    String topic = letter.source().map(DeadLetter.Source::topic).orElse(config.topics().images());
    ImageEvent event;
    try (Deserializer<ImageEvent> events = Clients.serdes(config).imageEvent().deserializer()) {
      event = events.deserialize(topic, value);
    } catch (KafkaException e) {
      return Optional.empty(); // The reason says so.
    }
    return event.getContent() instanceof InlineImage inline
        ? Optional.of(loading(config, home, inline.getData().duplicate()))
        : Optional.empty();
  }

  /** What loading an image gives, in a sentence. */
  static String loading(AppConfig config, Home home, ByteBuffer encoded) {
    int size =
        ModelBundle.open(config.model().bundle().orElseGet(home::demoBundle)).info().imageSize();
    LoadedImage loaded = new DefaultImageLoader(size, Settings.image(config)).load(encoded);
    if (loaded instanceof LoadedImage.Rejected rejected) {
      return "the image is still refused, %s: %s".formatted(rejected.reason(), rejected.message());
    }
    LoadedImage.Prepared prepared = (LoadedImage.Prepared) loaded;
    return "the image itself can be read (%s, %d x %d pixels)"
        .formatted(
            prepared.facts().format().id(), prepared.facts().width(), prepared.facts().height());
  }

  private static void field(List<String> lines, String name, String text) {
    lines.addAll(Paragraph.hanging(String.format("  %-11s ", name), 14, text));
  }

  private static String safe(String text) {
    return SafeText.cut(SafeText.of(text), 60);
  }
}
