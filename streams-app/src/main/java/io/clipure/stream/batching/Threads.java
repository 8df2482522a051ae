package io.clipure.stream.batching;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The room's threads: daemons with names, so that a hung one never keeps the process alive. */
final class Threads {
  private Threads() {}

  static Thread daemon(Runnable run, String name) {
    Thread thread = new Thread(run, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Threads {@code prefix1}, {@code prefix2}, …, each started when first needed. */
  static ExecutorService pool(int threads, String prefix) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        threads, run -> daemon(run, prefix + number.incrementAndGet()));
  }
}
