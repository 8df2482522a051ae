package io.clipure.stream.image.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.clipure.stream.image.DefaultImageLoader;
import io.clipure.stream.image.ImageLimits;
import io.clipure.stream.image.LoadedImage;
import io.clipure.stream.image.Opened;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Given hundreds of files that lie, bomb or are broken, when each is loaded, then each is pixels or
 * a rejection with a reason, none throws or hangs, and none allocates more than its header says.
 */
class HostileImagesTest {
  private static final int SIZE = 32;

  /**
   * A guard against files that never end, not a measurement: the slowest takes about two seconds of
   * one core.
   */
  private static final long HANG_SECONDS = 60;

  /** Reader objects, messages and exceptions; what does not grow with the image. */
  private static final long SLACK_BYTES = 2 << 20;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final DefaultImageLoader loader =
      new DefaultImageLoader(
          SIZE, new ImageLimits(ImageLimits.DEFAULT.maxBytes(), HostileImages.MOST_PIXELS));

  private record Run(
      LoadedImage loaded, long openAllocated, long allocated, long allowed, long nanos) {}

  @Test
  void everyHostileFileIsJudgedOrRefusedAndNothingElse() throws InterruptedException {
    List<HostileImage> images = HostileImages.all();
    HostileTable table = new HostileTable();
    List<String> wrong = new ArrayList<>();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      // Classes and native libraries are loaded by the first image of each format.
      HostileImages.soundOfEachFormat().forEach(sound -> load(ByteBuffer.wrap(sound)));
      for (HostileImage image : images) {
        byte[] bytes = image.bytes().get();
        Callable<Run> load = () -> load(ByteBuffer.wrap(bytes));
        Future<Run> future = executor.submit(load);
        try {
          Run run = future.get(HANG_SECONDS, TimeUnit.SECONDS);
          table.took(image.toString(), run.nanos());
          String outcome = outcome(run.loaded());
          table.count(image.kind(), outcome);
          check(image, run, outcome, bytes, wrong);
        } catch (ExecutionException e) {
          table.crash(image.kind());
          wrong.add(image + " throws " + e.getCause());
        } catch (TimeoutException e) {
          table.hang(image.kind());
          wrong.add(image + " has not ended after " + HANG_SECONDS + " s");
          break;
        }
      }
    } finally {
      executor.shutdownNow();
    }
    System.out.print(table.publish(Path.of("target", "hostile-images.txt")));
    assertThat(wrong).isEmpty();
    assertThat(table.tried()).isEqualTo(images.size()).isGreaterThanOrEqualTo(600);
  }

  @Test
  void everyHostileFileHasANameOfItsOwn() {
    Set<String> names = new HashSet<>();
    assertThat(HostileImages.all().stream().map(HostileImage::toString).filter(n -> !names.add(n)))
        .isEmpty();
  }

  private Run load(ByteBuffer bytes) {
    long start = threads.getCurrentThreadCpuTime();
    long before = threads.getCurrentThreadAllocatedBytes();
    Opened opened = loader.open(bytes);
    long between = threads.getCurrentThreadAllocatedBytes();
    LoadedImage loaded;
    long allowed = 0;
    if (opened instanceof Opened.Decodable decodable) {
      allowed = decodable.header().peakBytes();
      loaded = decodable.decode().get();
    } else {
      loaded = ((Opened.Refused) opened).rejection();
    }
    long after = threads.getCurrentThreadAllocatedBytes();
    long nanos = threads.getCurrentThreadCpuTime() - start;
    return new Run(loaded, between - before, after - between, allowed, nanos);
  }

  private static String outcome(LoadedImage loaded) {
    return loaded instanceof LoadedImage.Rejected rejected
        ? rejected.reason().name()
        : HostileImage.VERDICT;
  }

  private static void check(
      HostileImage image, Run run, String outcome, byte[] bytes, List<String> wrong) {
    if (!image.expected().isEmpty() && !image.expected().contains(outcome)) {
      wrong.add(image + " ends as " + run.loaded() + ", expected " + image.expected());
    }
    if (run.loaded() instanceof LoadedImage.Rejected rejected
        && (rejected.message().isBlank() || rejected.message().lines().count() != 1)) {
      wrong.add(image + " has the message '" + rejected.message() + "'");
    }
    if (run.loaded() instanceof LoadedImage.Prepared prepared
        && prepared.pixels().length != 3 * SIZE * SIZE) {
      wrong.add(image + " has " + prepared.pixels().length + " bytes of pixels");
    }
    if (run.openAllocated() > SLACK_BYTES) {
      wrong.add(image + " allocates " + run.openAllocated() + " bytes before it is decoded");
    }
    if (run.allocated() > run.allowed() + SLACK_BYTES) {
      wrong.add(
          "%s of %d bytes allocates %d bytes, %d by its header"
              .formatted(image, bytes.length, run.allocated(), run.allowed()));
    }
  }
}
