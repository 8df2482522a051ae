package io.clipure.stream.ops.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * A log event whose every text has gone through a cleaner: the message with its figures put in, the
 * names and messages of exceptions, context and key-values. Arguments are not handed on: whatever
 * shows them would show them as they are.
 */
final class CleanEvent implements ILoggingEvent {
  private final ILoggingEvent event;
  private final UnaryOperator<String> cleaner;
  private final String message;

  CleanEvent(ILoggingEvent event, UnaryOperator<String> cleaner) {
    this.event = event;
    this.cleaner = cleaner;
    this.message = clean(event.getFormattedMessage(), cleaner);
  }

  private static String clean(String text, UnaryOperator<String> cleaner) {
    return text == null ? null : cleaner.apply(text);
  }

  @Override
  public String getMessage() {
    return message;
  }

  @Override
  public String getFormattedMessage() {
    return message;
  }

  @Override
  public Object[] getArgumentArray() {
    return null;
  }

  @Override
  public IThrowableProxy getThrowableProxy() {
    return event.getThrowableProxy() == null
        ? null
        : new CleanThrowable(event.getThrowableProxy(), cleaner);
  }

  @Override
  public Map<String, String> getMDCPropertyMap() {
    Map<String, String> clean = new LinkedHashMap<>();
    event.getMDCPropertyMap().forEach((key, value) -> clean.put(key, clean(value, cleaner)));
    return clean;
  }

  @Override
  @Deprecated
  public Map<String, String> getMdc() {
    return getMDCPropertyMap();
  }

  @Override
  public List<KeyValuePair> getKeyValuePairs() {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    return pairs == null
        ? null
        : pairs.stream()
            .map(pair -> new KeyValuePair(pair.key, cleaner.apply(String.valueOf(pair.value))))
            .toList();
  }

  @Override
  public String getThreadName() {
    return event.getThreadName();
  }

  @Override
  public Level getLevel() {
    return event.getLevel();
  }

  @Override
  public String getLoggerName() {
    return event.getLoggerName();
  }

  @Override
  public LoggerContextVO getLoggerContextVO() {
    return event.getLoggerContextVO();
  }

  @Override
  public StackTraceElement[] getCallerData() {
    return event.getCallerData();
  }

  @Override
  public boolean hasCallerData() {
    return event.hasCallerData();
  }

  @Override
  public List<Marker> getMarkerList() {
    return event.getMarkerList();
  }

  @Override
  public long getTimeStamp() {
    return event.getTimeStamp();
  }

  @Override
  public int getNanoseconds() {
    return event.getNanoseconds();
  }

  @Override
  public Instant getInstant() {
    return event.getInstant();
  }

  @Override
  public long getSequenceNumber() {
    return event.getSequenceNumber();
  }

  @Override
  public void prepareForDeferredProcessing() {
    event.prepareForDeferredProcessing();
  }

  /** An exception with a clean message, its causes too. */
  private record CleanThrowable(IThrowableProxy failure, UnaryOperator<String> cleaner)
      implements IThrowableProxy {
    @Override
    public String getMessage() {
      return clean(failure.getMessage(), cleaner);
    }

    @Override
    public String getOverridingMessage() {
      return clean(failure.getOverridingMessage(), cleaner);
    }

    @Override
    public String getClassName() {
      return failure.getClassName();
    }

    @Override
    public StackTraceElementProxy[] getStackTraceElementProxyArray() {
      return failure.getStackTraceElementProxyArray();
    }

    @Override
    public int getCommonFrames() {
      return failure.getCommonFrames();
    }

    @Override
    public IThrowableProxy getCause() {
      return failure.getCause() == null ? null : new CleanThrowable(failure.getCause(), cleaner);
    }

    @Override
    public IThrowableProxy[] getSuppressed() {
      IThrowableProxy[] suppressed = failure.getSuppressed();
      if (suppressed == null) {
        return new IThrowableProxy[0];
      }
      IThrowableProxy[] clean = new IThrowableProxy[suppressed.length];
      for (int i = 0; i < clean.length; i++) {
        clean[i] = new CleanThrowable(suppressed[i], cleaner);
      }
      return clean;
    }

    @Override
    public boolean isCyclic() {
      return failure.isCyclic();
    }
  }
}
