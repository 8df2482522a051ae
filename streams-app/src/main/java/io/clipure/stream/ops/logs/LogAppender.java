package io.clipure.stream.ops.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;

/**
 * Writes the log to standard error: in the format that is set, clean, and storms as a few lines and
 * a count. Until it is told otherwise it is plain, with {@link LogSettings#DEFAULTS}.
 *
 * <p><b>Threading</b>: any thread may log; logback's lock is held while a line is written. While
 * lines are being held back, a thread of logback's looks once a second whether to tell their count.
 */
public final class LogAppender extends AppenderBase<ILoggingEvent> {
  private static final int MOST_KINDS = 1_000;
  private static final int LONGEST_EXAMPLE = 500;
  private static final Duration TICK = Duration.ofSeconds(1);

  private LogSettings settings = LogSettings.DEFAULTS;
  private LogFormat pinned;
  private LineWriter lines = new PlainLines();
  private RepeatLimit limit = limit(LogSettings.DEFAULTS);
  private ScheduledFuture<?> ticking;

  private final Supplier<PrintStream> out;

  /** For logback: to standard error, whatever that is at the moment. */
  public LogAppender() {
    this(() -> System.err);
  }

  /** To somewhere else, for tests. */
  public LogAppender(Supplier<PrintStream> out) {
    this.out = out;
  }

  private static RepeatLimit limit(LogSettings settings) {
    int most = settings.repeats() == 0 ? Integer.MAX_VALUE : settings.repeats();
    return new RepeatLimit(most, settings.window().toNanos(), MOST_KINDS);
  }

  /** From now on these settings, but for the format where one is pinned. */
  public synchronized void configure(LogSettings next) {
    tell(limit.end());
    settings = pinned == null ? next : next.with(pinned);
    limit = limit(settings);
    lines = settings.format() == LogFormat.JSON ? new JsonLines(getContext()) : new PlainLines();
  }

  /** This format, whatever is configured later; null: what is configured. */
  public synchronized void pin(LogFormat format) {
    pinned = format;
    configure(settings.with(format == null ? LogSettings.DEFAULTS.format() : format));
  }

  /** Tells what has been held back so far. */
  public synchronized void flush() {
    tell(limit.end());
  }

  @Override
  protected void append(ILoggingEvent event) {
    List<RepeatLimit.Repeated> ended = new ArrayList<>(0);
    boolean pass = limit.admit(kind(event), event.getFormattedMessage(), System.nanoTime(), ended);
    tell(ended);
    if (pass) {
      write(event);
    } else {
      tick();
    }
  }

  private static RepeatLimit.Kind kind(ILoggingEvent event) {
    String template = event.getMessage() == null ? "" : event.getMessage();
    if (template.replace("{}", "").isBlank()) {
      template = event.getFormattedMessage(); // All of it is arguments.
    }
    return new RepeatLimit.Kind(
        event.getLoggerName(),
        event.getLevel().toString(),
        LogText.template(String.valueOf(template)),
        event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getClassName());
  }

  private void tick() {
    if (ticking == null && getContext() != null) {
      ticking =
          getContext()
              .getScheduledExecutorService()
              .scheduleAtFixedRate(
                  this::expire, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void expire() {
    List<RepeatLimit.Repeated> ended = new ArrayList<>();
    limit.expire(System.nanoTime(), ended);
    tell(ended);
    if (!limit.holds() && ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
  }

  private void tell(List<RepeatLimit.Repeated> ended) {
    for (RepeatLimit.Repeated storm : ended) {
      LoggingEvent event = new LoggingEvent();
      event.setLoggerName(storm.kind().logger());
      event.setLevel(Level.toLevel(storm.kind().level()));
      event.setThreadName(Thread.currentThread().getName());
      event.setInstant(Instant.now());
      event.setMDCPropertyMap(Map.of());
      event.setLoggerContext((LoggerContext) getContext());
      event.setMessage(
          String.format(
              Locale.ROOT,
              "… repeated %s in %d s: %s",
              storm.count() == 1 ? "once" : String.format(Locale.ROOT, "%,d times", storm.count()),
              Math.max(1, TimeUnit.NANOSECONDS.toSeconds(storm.nanos())),
              LogText.cut(String.valueOf(storm.example()), LONGEST_EXAMPLE)));
      write(event);
    }
  }

  private void write(ILoggingEvent event) {
    UnaryOperator<String> escape = lines.escape();
    UnaryOperator<String> redact = settings.redact();
    byte[] line = lines.line(new CleanEvent(event, text -> escape.apply(redact.apply(text))));
    PrintStream stream = out.get();
    stream.write(line, 0, line.length);
    stream.flush();
  }

  @Override
  public synchronized void stop() {
    if (isStarted()) {
      flush();
      if (ticking != null) {
        ticking.cancel(false);
      }
    }
    super.stop();
  }

  /** The appender of this kind that the root logger has; null: logging was set up otherwise. */
  public static LogAppender ofRoot(LoggerContext context) {
    var appenders = context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
    while (appenders.hasNext()) {
      if (appenders.next() instanceof LogAppender found) {
        return found;
      }
    }
    return null;
  }
}
