package io.clipure.stream.app;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.batching.BatchingStats;
import io.clipure.stream.config.AppConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The service at saturation: every event is on the topic before the service starts. */
final class PipelineBench {
  /**
   * What was seen.
   *
   * @param imagesPerSecond verdicts a second over the second half, by the verdicts' own times: in
   *     the first, the JIT compiler takes a share of the cores
   * @param fill mean share of a batch that was filled, 0..1
   */
  record Result(double imagesPerSecond, double fill) {}

  private PipelineBench() {}

  /** Puts so many events on the topic. */
  static void publish(AppConfig config, List<byte[]> images, int count) throws Exception {
    try (ImagePublisher publisher = Clients.publisher(config)) {
      for (int i = 0; i < count; i++) {
        publisher.send(
            ImageEvent.newBuilder()
                .setId(Integer.toString(i))
                .setContent(new InlineImage(ByteBuffer.wrap(images.get(i % images.size()))))
                .build());
      }
      publisher.flush();
      if (publisher.failed() > 0) {
        throw publisher.firstFailure();
      }
    }
  }

  static Result run(AppConfig config, Home home, List<byte[]> images, int count) throws Exception {
    publish(config, images, count);
    List<Long> times = new ArrayList<>(count);
    try (Service service = Service.start(config, home);
        OutputReader outputs = new OutputReader(config)) {
      while (times.size() < count) {
        outputs.poll(
            Duration.ofMillis(200),
            output -> {
              if (output.topic() == Account.Topic.LABELLED) {
                times.add(output.labelled().getTimings().getLabelledAt().toEpochMilli());
              }
            });
        if (service.failed()) {
          throw new IllegalStateException(service.lastWords().orElse("the service failed"));
        }
      }
      BatchingStats stats = service.batching();
      times.sort(null);
      int first = count / 2;
      double seconds = (times.get(count - 1) - times.get(first)) / 1e3;
      return new Result((count - 1 - first) / seconds, stats.fill());
    }
  }
}
