package io.clipure.stream.ops.logs;

import ch.qos.logback.classic.pattern.TargetLengthBasedClassNameAbbreviator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import org.slf4j.event.KeyValuePair;

/**
 * Lines for people. An event begins with its time at the start of a line; only the frames of a
 * stack trace follow on lines of their own, and those begin with a tab or a fixed word. Nothing
 * that was logged can therefore look like an event of its own.
 */
final class PlainLines implements LineWriter {
  private static final int LOGGER_WIDTH = 20;
  private static final int LONGEST_VALUE = 200;

  private final TargetLengthBasedClassNameAbbreviator names =
      new TargetLengthBasedClassNameAbbreviator(LOGGER_WIDTH);
  private final DateTimeFormatter time =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  @Override
  public UnaryOperator<String> escape() {
    return LogText::oneLine;
  }

  @Override
  public byte[] line(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    time.formatTo(event.getInstant(), line);
    line.append(String.format(Locale.ROOT, " %-5s [", event.getLevel()))
        .append(event.getThreadName())
        .append("] ")
        .append(names.abbreviate(event.getLoggerName()))
        .append(" - ")
        .append(event.getFormattedMessage());
    StringJoiner context = new StringJoiner(", ", " {", "}").setEmptyValue("");
    event.getMDCPropertyMap().forEach((key, value) -> add(context, key, value));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        add(context, pair.key, String.valueOf(pair.value));
      }
    }
    line.append(context).append(System.lineSeparator());
    if (event.getThrowableProxy() != null) {
      line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void add(StringJoiner context, String key, String value) {
    context.add(key + "=" + LogText.cut(value, LONGEST_VALUE));
  }
}
