package io.clipure.stream.app;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * Processor time of this process in seconds, by who spent it. Threads that have ended are not seen.
 *
 * @param rescore stream threads and the threads of their clients
 * @param others all other Java threads, an embedded broker's among them
 * @param jvm what is no Java thread's: garbage collection, compilers
 */
record ThreadTimes(double rescore, double others, double jvm) {
  private static final List<String> STREAMS =
      List.of("-StreamThread-", "kafka-producer-network-thread", "kafka-coordinator-heartbeat");

  /** Since the process began. */
  static ThreadTimes now() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double rescore = 0;
    double others = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread == null) {
        continue; // ended between the two calls
      }
      double seconds = Math.max(0, threads.getThreadCpuTime(thread.getThreadId())) / 1e9;
      if (STREAMS.stream().anyMatch(thread.getThreadName()::contains)) {
        rescore += seconds;
      } else {
        others += seconds;
      }
    }
    double process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    return new ThreadTimes(rescore, others, process - rescore - others);
  }

  /** What was spent since then. */
  ThreadTimes since(ThreadTimes then) {
    return new ThreadTimes(rescore - then.rescore, others - then.others, jvm - then.jvm);
  }
}
