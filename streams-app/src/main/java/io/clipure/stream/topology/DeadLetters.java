package io.clipure.stream.topology;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Makes dead letters: the event's original key, value and headers, byte for byte and in order, then
 * the headers named here, all UTF-8 text.
 *
 * <p>Names that start with {@value #PREFIX} are ours. Those that come with an event are not carried
 * on, so that nobody can forge what a dead letter says; only the trace of a requeue is read, and
 * bounded.
 */
public final class DeadLetters {
  /** Configuration key, among those of Kafka Streams: the dead-letter topic. */
  public static final String TOPIC_CONFIG = "clipure.dead-letter.topic";

  /** Configuration key, among those of Kafka Streams: version of this application. */
  public static final String VERSION_CONFIG = "clipure.application.version";

  /**
   * Configuration key, among those of Kafka Streams: {@code true} leaves the value out of every
   * letter. For events that stay where they were read and are another application's to keep.
   */
  public static final String WITHOUT_VALUES_CONFIG = "clipure.dead-letter.without-values";

  /** Start of every header name of ours. */
  public static final String PREFIX = "clipure.";

  /** Reason code. */
  public static final String REASON = "clipure.reason";

  /** One line for people. */
  public static final String MESSAGE = "clipure.message";

  /** How often this event has failed, decimal; 1 for the first time. */
  public static final String ATTEMPT = "clipure.attempt";

  /** Topic the event was read from. */
  public static final String SOURCE_TOPIC = "clipure.source.topic";

  /** Its partition, decimal. */
  public static final String SOURCE_PARTITION = "clipure.source.partition";

  /** Its offset, decimal. */
  public static final String SOURCE_OFFSET = "clipure.source.offset";

  /** Its timestamp, milliseconds UTC, decimal. */
  public static final String SOURCE_TIMESTAMP = "clipure.source.timestamp";

  /** When it was given up, milliseconds UTC, decimal; also the dead letter's own timestamp. */
  public static final String FAILED_AT = "clipure.failed.at";

  /** Version of the application that gave it up. */
  public static final String APPLICATION_VERSION = "clipure.application.version";

  /**
   * Present if the value is not carried because the topic would have refused the letter: {@code
   * bytes=123 sha256=…} of the value, which still stands at the source position.
   */
  public static final String VALUE_OMITTED = "clipure.value.omitted";

  /** The same for the key, which goes with all original headers. */
  public static final String KEY_OMITTED = "clipure.key.omitted";

  /** On a requeued event: the dead letter it comes from, topic-partition@offset. */
  public static final String REQUEUED_FROM = "clipure.requeued.from";

  /** On a requeued event: when, milliseconds UTC, decimal. */
  public static final String REQUEUED_AT = "clipure.requeued.at";

  private static final int MAX_MESSAGE = 2_000;
  private static final int MAX_ATTEMPT = 999_999;
  private static final Pattern ATTEMPT_FORM = Pattern.compile("[1-9][0-9]{0,5}");
  private static final Pattern REQUEUED_FORM = Pattern.compile("[\\w.-]{1,249}-\\d{1,9}@\\d{1,19}");

  private final String topic;
  private final String applicationVersion;
  private final Refusals.Form most;
  private final int maxBytes;
  private final Refusals refusals;
  private final ListenerBinding listener;
  private final Clock clock;

  private DeadLetters(
      String topic,
      String applicationVersion,
      Refusals.Form most,
      int maxBytes,
      Refusals refusals,
      ListenerBinding listener,
      Clock clock) {
    this.topic = topic;
    this.applicationVersion = applicationVersion;
    this.most = most;
    this.maxBytes = maxBytes;
    this.refusals = refusals;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Reads the configuration that {@link StreamsSettings} writes.
   *
   * @throws ConfigException if a key is missing
   */
  static DeadLetters configured(Map<String, ?> configs) {
    return new DeadLetters(
        topic(configs),
        required(configs, VERSION_CONFIG),
        "true".equals(configs.get(WITHOUT_VALUES_CONFIG))
            ? Refusals.Form.WITHOUT_VALUE
            : Refusals.Form.FULL,
        RecordLimits.configured(configs).deadLetterBytes(),
        Refusals.configured(configs),
        ListenerBinding.configured(configs),
        Clock.systemUTC());
  }

  static String topic(Map<String, ?> configs) {
    return required(configs, TOPIC_CONFIG);
  }

  private static String required(Map<String, ?> configs, String key) {
    if (configs.get(key) instanceof String value && !value.isBlank()) {
      return value;
    }
    throw new ConfigException(key + " is missing; the Streams configuration must carry it");
  }

  /** The fullest dead letter that the topic takes. */
  ProducerRecord<byte[], byte[]> letter(
      ErrorHandlerContext context, String reason, String message) {
    return letter(context, OptionalLong.empty(), reason, message);
  }

  /**
   * The same.
   *
   * @param readAtNanos when the event was taken up; empty: not known
   */
  ProducerRecord<byte[], byte[]> letter(
      ErrorHandlerContext context, OptionalLong readAtNanos, String reason, String message) {
    return letter(context, readAtNanos, reason, message, most);
  }

  /** The same, but never with the value. */
  ProducerRecord<byte[], byte[]> letterWithoutValue(
      ErrorHandlerContext context, String reason, String message) {
    return letter(context, OptionalLong.empty(), reason, message, Refusals.Form.WITHOUT_VALUE);
  }

  private ProducerRecord<byte[], byte[]> letter(
      ErrorHandlerContext context,
      OptionalLong readAtNanos,
      String reason,
      String message,
      Refusals.Form fullestAllowed) {
    ProducerRecord<byte[], byte[]> letter = fullestTaken(context, reason, message, fullestAllowed);
    listener.deadLettered(context, readAtNanos, reason, oneLine(message), letter);
    return letter;
  }

  private ProducerRecord<byte[], byte[]> fullestTaken(
      ErrorHandlerContext context, String reason, String message, Refusals.Form fullestAllowed) {
    SourcePosition event =
        new SourcePosition(context.topic(), context.partition(), context.offset());
    Refusals.Form fullest = refusals.deadLetter(event);
    ProducerRecord<byte[], byte[]> letter = null;
    for (Refusals.Form form : Refusals.Form.values()) {
      if (form.compareTo(fullest) >= 0 && form.compareTo(fullestAllowed) >= 0) {
        letter = letter(context, event, reason, message, form);
        if (size(letter) <= maxBytes) {
          return letter;
        }
      }
    }
    return letter;
  }

  private ProducerRecord<byte[], byte[]> letter(
      ErrorHandlerContext context,
      SourcePosition event,
      String reason,
      String message,
      Refusals.Form form) {
    long now = clock.millis();
    byte[] key = context.sourceRawKey();
    byte[] value = context.sourceRawValue();
    Headers headers = new RecordHeaders();
    if (form != Refusals.Form.BARE) {
      originalHeaders(context.headers()).forEach(headers::add);
    }
    set(headers, REASON, reason);
    set(headers, MESSAGE, oneLine(message));
    copyTrace(context.headers(), headers);
    set(
        headers,
        ATTEMPT,
        Integer.toString(Math.min(MAX_ATTEMPT, attempt(context.headers()).orElse(0) + 1)));
    event.writeTo(headers);
    set(headers, SOURCE_TIMESTAMP, Long.toString(context.timestamp()));
    set(headers, FAILED_AT, Long.toString(now));
    set(headers, APPLICATION_VERSION, applicationVersion);
    if (form != Refusals.Form.FULL && value != null) {
      set(headers, VALUE_OMITTED, fingerprint(value));
    }
    if (form == Refusals.Form.BARE) {
      set(headers, KEY_OMITTED, key == null ? "null" : fingerprint(key));
    }
    return new ProducerRecord<>(
        topic,
        null,
        now,
        form == Refusals.Form.BARE ? null : key,
        form == Refusals.Form.FULL ? value : null,
        headers);
  }

  /**
   * What an event is sent back with: its original headers, byte for byte and in order, then the
   * trace.
   *
   * @param headers of its dead letter, or of the event itself
   * @param attempt of its dead letter
   * @param from dead letter it comes from, topic-partition@offset
   * @param atMillis now
   */
  public static Headers requeued(Headers headers, int attempt, String from, long atMillis) {
    Headers requeued = new RecordHeaders();
    originalHeaders(headers).forEach(requeued::add);
    set(requeued, ATTEMPT, Integer.toString(attempt));
    set(requeued, REQUEUED_FROM, from);
    set(requeued, REQUEUED_AT, Long.toString(atMillis));
    return requeued;
  }

  /** Headers that are not ours, in order; one name may stand there more than once. */
  public static List<Header> originalHeaders(Headers headers) {
    List<Header> original = new ArrayList<>();
    for (Header header : headers) {
      if (!header.key().startsWith(PREFIX)) {
        original.add(header);
      }
    }
    return original;
  }

  /** How often the event has failed so far; empty if it never has, or the header is garbage. */
  public static Optional<Integer> attempt(Headers headers) {
    return text(headers, ATTEMPT)
        .filter(text -> ATTEMPT_FORM.matcher(text).matches())
        .map(Integer::valueOf);
  }

  /**
   * What {@link #VALUE_OMITTED} says of these bytes: {@code bytes=} their number, a space, {@code
   * sha256=} and lower-case hex.
   */
  public static String fingerprint(byte[] bytes) {
    try {
      return "bytes="
          + bytes.length
          + " sha256="
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** The newest header of that name as text; empty if there is none. */
  public static Optional<String> text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  /** The attempt count and the origin of a requeued event, where they are well-formed. */
  static void copyTrace(Headers from, Headers to) {
    attempt(from).ifPresent(attempt -> set(to, ATTEMPT, Integer.toString(attempt)));
    text(from, REQUEUED_FROM)
        .filter(text -> REQUEUED_FORM.matcher(text).matches())
        .ifPresent(text -> set(to, REQUEUED_FROM, text));
  }

  static Refusals.Form form(Headers letter) {
    if (letter.lastHeader(KEY_OMITTED) != null) {
      return Refusals.Form.BARE;
    }
    return letter.lastHeader(VALUE_OMITTED) != null
        ? Refusals.Form.WITHOUT_VALUE
        : Refusals.Form.FULL;
  }

  static void set(Headers headers, String key, String value) {
    headers.remove(key);
    headers.add(key, value.getBytes(StandardCharsets.UTF_8));
  }

  private static long size(ProducerRecord<byte[], byte[]> letter) {
    return RecordLimits.sizeOf(
        RecordLimits.length(letter.key()), RecordLimits.length(letter.value()), letter.headers());
  }

  private static String oneLine(String message) {
    String line = String.valueOf(message).replaceAll("\\s+", " ");
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "…";
  }
}
