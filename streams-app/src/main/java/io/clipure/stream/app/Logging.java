package io.clipure.stream.app;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.ops.logs.LogAppender;
import io.clipure.stream.ops.logs.LogFormat;
import io.clipure.stream.ops.logs.LogSettings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.ParseResult;

/**
 * The log of a command: services log by default, commands that print results do not. How lines look
 * is {@link LogAppender}'s; a logging set-up of the user's own is left alone.
 */
final class Logging {
  /** Levels offered on the command line. */
  enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  private Logging() {}

  /**
   * Sets the root level.
   *
   * @param wanted level asked for; null: the command's default
   * @param format asked for; null: what will be configured
   * @param parsed the parsed command line, to know the command
   */
  static void configure(Level wanted, LogFormat format, ParseResult parsed) {
    appender().ifPresent(appender -> appender.pin(format));
    if (!SLF4JBridgeHandler.isInstalled()) {
      // What logs by java.util.logging would write to standard error past us.
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
    boolean service =
        parsed.subcommand() != null && parsed.subcommand().commandSpec().name().equals("run");
    Level level = wanted != null ? wanted : service ? Level.INFO : Level.WARN;
    set(org.slf4j.Logger.ROOT_LOGGER_NAME, level.name());
    if (wanted == null && !service) {
      // The embedded broker and short-lived clients warn about things that are meant to be.
      set("org.apache.kafka", "ERROR");
      set("kafka", "ERROR");
      set("state.change.logger", "ERROR");
      if (parsed.subcommand() != null && parsed.subcommand().commandSpec().name().equals("chaos")) {
        // Its brokers are broken on purpose; what they say about it is not news.
        List.of("org.apache.kafka", "kafka", "state.change.logger")
            .forEach(name -> set(name, "OFF"));
      }
    }
    if (level == Level.INFO) {
      // Client configuration dumps are DEBUG material.
      set("org.apache.kafka.common.config", "WARN");
      set("org.apache.kafka.common.utils.AppInfoParser", "WARN");
      set("org.apache.kafka.common.metrics", "WARN");
      // Says at each lag metric that the one before is still under way.
      set("org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils", "WARN");
      set("io.confluent.kafka.serializers", "WARN");
      // What there is to say of the HTTP port, run says itself.
      set("org.eclipse.jetty", "WARN");
    }
  }

  /** From now on as the configuration says; its secrets stay out of every line. */
  static void use(AppConfig config) {
    LogSettings settings =
        new LogSettings(
            LogFormat.valueOf(config.log().format().name()),
            config.log().repeats(),
            config.log().repeatWindow(),
            config::redact);
    appender().ifPresent(appender -> appender.configure(settings));
  }

  /** Tells what was held back as a repetition: the process ends. */
  static void flush() {
    appender().ifPresent(LogAppender::flush);
  }

  private static Optional<LogAppender> appender() {
    return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        ? Optional.ofNullable(LogAppender.ofRoot(context))
        : Optional.empty();
  }

  private static void set(String name, String level) {
    if (LoggerFactory.getLogger(name) instanceof Logger logger) {
      logger.setLevel(ch.qos.logback.classic.Level.toLevel(level.toUpperCase(Locale.ROOT)));
    }
  }
}
