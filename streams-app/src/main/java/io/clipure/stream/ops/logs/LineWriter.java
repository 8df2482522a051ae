package io.clipure.stream.ops.logs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.function.UnaryOperator;

/** Makes lines of events. Used under the appender's lock. */
interface LineWriter {
  /** What texts go through before they are written. */
  UnaryOperator<String> escape();

  /** The bytes of an event whose texts are clean, line end included. */
  byte[] line(ILoggingEvent event);
}
