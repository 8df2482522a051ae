package io.clipure.stream.app;

import io.clipure.stream.audit.range.Point;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that replay and rescore share. */
final class AuditOptions {
  private static final String POLL_RECORDS = "consumer.max.poll.records";
  private static final int POLLS_A_SECOND = 4;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description =
          "Plan of the audit: written where there is none, else resumed or joined by this instance"
              + " (default: a new one in the current folder).")
  Path plan;

  @Option(
      names = "--from",
      paramLabel = "POINT",
      description = "Where to start: " + Point.SYNTAX + " (default: earliest).")
  String from;

  @Option(
      names = "--to",
      paramLabel = "POINT",
      description = "Where to end, fixed when the plan is made (default: latest).")
  String to;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "What to read (default: the configured topic).")
  String topic;

  @Option(
      names = "--output-prefix",
      paramLabel = "PREFIX",
      description =
          "Start of the names of the output topics, made where missing (default: the plan's"
              + " application id and a dot).")
  String outputPrefix;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "At most so many records a second by this instance (default: no limit).")
  Integer rate;

  @Option(names = "--threads", paramLabel = "N", description = "Stream threads of this instance.")
  Integer threads;

  /** Options that a plan has fixed already. */
  boolean choosesWhatIsRead() {
    return from != null || to != null || topic != null || outputPrefix != null;
  }

  Point fromPoint() {
    return from == null ? new Point.Earliest() : Point.parse(from);
  }

  Point toPoint() {
    return to == null ? new Point.Latest() : Point.parse(to);
  }

  /**
   * Keys of Kafka Streams that go with the rate. A stream thread looks after its group when it
   * polls, and it polls when it has worked off what it polled before: at a low rate, a full poll
   * would keep another instance waiting for its share for minutes.
   *
   * @param keys for this kind of work
   */
  Map<String, String> paced(Map<String, String> keys) {
    if (rate == null) {
      return keys;
    }
    Map<String, String> paced = new HashMap<>(keys);
    int most = Integer.parseInt(keys.getOrDefault(POLL_RECORDS, "128"));
    paced.put(POLL_RECORDS, Integer.toString(Math.max(1, Math.min(most, rate / POLLS_A_SECOND))));
    return paced;
  }

  /**
   * Checks what picocli does not.
   *
   * @throws RefusedException naming the option
   */
  void check() {
    if (rate != null && rate < 1) {
      throw new RefusedException(
          "--rate is " + rate + ", expected at least 1 record a second; leave it out for no limit");
    }
    if (threads != null && (threads < 1 || threads > 256)) {
      throw new RefusedException("--threads is " + threads + ", expected 1 to 256");
    }
    if (outputPrefix != null && !outputPrefix.matches("[\\w.-]{1,200}")) {
      throw new RefusedException(
          "--output-prefix is no start of a topic name; expected 1 to 200 of letters, digits, . _ -");
    }
  }
}
