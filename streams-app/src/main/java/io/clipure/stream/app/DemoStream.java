package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A trickle of uploads without end, for somebody to watch: every file once in an order of its own,
 * then again in another, and now and then one that is rare.
 */
final class DemoStream {
  /** One upload in so many is a rare one. */
  private static final int RARE = 14;

  private final AppConfig config;
  private final List<Path> files;
  private final List<Path> rare;
  private final int perSecond;

  /**
   * A stream that has not begun.
   *
   * @param files what is uploaded
   * @param rare what is uploaded now and then besides; may be empty
   * @param perSecond uploads a second
   */
  DemoStream(AppConfig config, List<Path> files, List<Path> rare, int perSecond) {
    this.config = config;
    this.files = List.copyOf(files);
    this.rare = List.copyOf(rare);
    this.perSecond = perSecond;
  }

  /**
   * Publishes until somebody asks to stop, or the service fails.
   *
   * @return how many
   */
  long run(StopSignals stop) throws IOException, InterruptedException {
    Random random = new Random(7);
    List<Path> order = new ArrayList<>();
    Duration pause = Duration.ofNanos(1_000_000_000L / perSecond);
    long published = 0;
    try (ImagePublisher publisher = Clients.publisher(config)) {
      while (!stop.await(pause)) {
        if (order.isEmpty()) {
          order.addAll(files);
          Collections.shuffle(order, random);
        }
        Path file =
            !rare.isEmpty() && published % RARE == RARE - 1
                ? rare.get((int) (published / RARE % rare.size()))
                : order.remove(order.size() - 1);
        published++;
        publisher.send(
            ImageEvent.newBuilder()
                .setId(String.format(Locale.ROOT, "live/%06d/%s", published, file.getFileName()))
                .setContent(new InlineImage(ByteBuffer.wrap(Files.readAllBytes(file))))
                .setSource("demo")
                .setUploadedAt(Instant.now())
                .build());
      }
      publisher.flush();
    }
    return published;
  }
}
