package io.clipure.stream.app;

import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ParseResult;

/** Log levels of a command: services log by default, commands that print results do not. */
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
   * @param parsed the parsed command line, to know the command
   */
  static void configure(Level wanted, ParseResult parsed) {
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

  private static void set(String name, String level) {
    if (LoggerFactory.getLogger(name) instanceof Logger logger) {
      logger.setLevel(ch.qos.logback.classic.Level.toLevel(level.toUpperCase(Locale.ROOT)));
    }
  }
}
