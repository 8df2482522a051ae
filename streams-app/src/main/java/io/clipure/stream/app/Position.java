package io.clipure.stream.app;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/** Where a record stands in its topic, written {@code PARTITION:OFFSET}. */
record Position(int partition, long offset) implements Comparable<Position> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

  /**
   * Reads a position.
   *
   * @throws RefusedException if it is malformed
   */
  static Position parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new RefusedException(
          "'"
              + SafeText.cut(SafeText.of(text), 40)
              + "' is no position; expected PARTITION:OFFSET as dead-letters list prints it, e.g."
              + " 0:42");
    }
    return new Position(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  TopicPartition in(String topic) {
    return new TopicPartition(topic, partition);
  }

  @Override
  public int compareTo(Position other) {
    return partition == other.partition
        ? Long.compare(offset, other.offset)
        : Integer.compare(partition, other.partition);
  }

  @Override
  public String toString() {
    return partition + ":" + offset;
  }
}
