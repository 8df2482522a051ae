package io.clipure.stream.batching;

import org.slf4j.MDC;

/**
 * Which record a job came from, for log lines: while a thread works on the job, what it logs
 * carries the keys named here.
 *
 * <p><b>Threading</b>: immutable; {@link #enter} and {@link #leave} concern the calling thread, and
 * are not nested: nothing here works on two jobs at once.
 *
 * @param event id of the event
 * @param topic topic it was read from
 * @param partition its partition
 * @param offset its offset
 */
public record Origin(String event, String topic, int partition, long offset) {
  /** Key of {@link #event}. */
  public static final String EVENT = "event";

  /** Key of {@link #topic}. */
  public static final String TOPIC = "topic";

  /** Key of {@link #partition}. */
  public static final String PARTITION = "partition";

  /** Key of {@link #offset}. */
  public static final String OFFSET = "offset";

  /** Of a job that came from no record. */
  static final Origin NONE = new Origin(null, null, -1, -1);

  /** From now on this thread logs about this job; {@link #leave} must follow. */
  public void enter() {
    if (topic != null) {
      MDC.put(EVENT, event);
      MDC.put(TOPIC, topic);
      MDC.put(PARTITION, Integer.toString(partition));
      MDC.put(OFFSET, Long.toString(offset));
    }
  }

  /** This thread logs about nothing in particular again. */
  public static void leave() {
    MDC.remove(EVENT);
    MDC.remove(TOPIC);
    MDC.remove(PARTITION);
    MDC.remove(OFFSET);
  }
}
