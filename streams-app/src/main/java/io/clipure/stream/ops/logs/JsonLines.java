package io.clipure.stream.ops.logs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import java.util.function.UnaryOperator;
import net.logstash.logback.encoder.LogstashEncoder;
import net.logstash.logback.fieldnames.LogstashFieldNames;

/**
 * An object a line: {@code @timestamp}, {@code level}, {@code logger}, {@code thread}, {@code
 * message}, {@code stack_trace} where there is an exception, and the image's {@code event}, {@code
 * topic}, {@code partition} and {@code offset} where the line is about one. JSON itself escapes
 * what is not text.
 *
 * <p>Logback's own encoder gives milliseconds since 1970, nests the context and writes stack traces
 * as arrays of objects, which no collector takes as they are.
 */
final class JsonLines implements LineWriter {
  private static final String LEFT_OUT = "[ignore]";

  private final LogstashEncoder encoder = new LogstashEncoder();

  JsonLines(Context context) {
    LogstashFieldNames names = encoder.getFieldNames();
    names.setVersion(LEFT_OUT);
    names.setLevelValue(LEFT_OUT);
    names.setLogger("logger");
    names.setThread("thread");
    encoder.setContext(context);
    encoder.setIncludeContext(false);
    encoder.start();
  }

  @Override
  public UnaryOperator<String> escape() {
    return UnaryOperator.identity();
  }

  @Override
  public byte[] line(ILoggingEvent event) {
    return encoder.encode(event);
  }
}
