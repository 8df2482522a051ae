package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.batching.Job;
import io.clipure.stream.batching.Lane;
import io.clipure.stream.batching.Loaded;
import io.clipure.stream.batching.Step;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.image.fetch.FetchSettings;
import io.clipure.stream.image.fetch.HttpSettings;
import io.clipure.stream.image.fetch.References;
import io.clipure.stream.image.fetch.RetrySettings;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.ViewPlan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs the steps of a reference by hand, against a real HTTP server. */
class LoadJobsTest {
  private final AtomicInteger requests = new AtomicInteger();
  private final List<String> steps = new ArrayList<>();
  private HttpServer server;
  private References references;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          int request = requests.incrementAndGet();
          byte[] image = {Fakes.PLAIN, 7};
          switch (exchange.getRequestURI().getPath()) {
            case "/image" -> exchange.sendResponseHeaders(200, image.length);
            case "/moved" -> {
              exchange.getResponseHeaders().set("Location", "/image");
              exchange.sendResponseHeaders(302, -1);
            }
            case "/busy-once" -> exchange.sendResponseHeaders(request == 1 ? 503 : 200, 2);
            default -> exchange.sendResponseHeaders(404, -1);
          }
          if (exchange.getResponseHeaders().get("Location") == null
              && exchange.getResponseCode() != 404) {
            exchange.getResponseBody().write(image);
          }
          exchange.close();
        });
    server.start();
    references =
        References.open(
            new FetchSettings(
                1 << 20,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                1,
                List.of("*/*"),
                new RetrySettings(2, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(30)),
                List.of(),
                Optional.of(
                    new HttpSettings(
                        Set.of("http"),
                        List.of("*"),
                        List.of("127.0.0.0/8", "::1/128"),
                        Set.of(server.getAddress().getPort()),
                        3)),
                Optional.empty()));
  }

  @AfterEach
  void stop() {
    references.close();
    server.stop(0);
  }

  private Job<Loading> job(String uri) {
    ImageEvent event =
        ImageEvent.newBuilder().setId("x").setContent(new ImageReference(uri)).build();
    return jobs(Fakes.VIEWS).apply(new Record<>("x", event, 0));
  }

  private Loaded<Loading> load(String path) {
    return load(job("http://localhost:" + server.getAddress().getPort() + path).first());
  }

  private Loaded<Loading> load(Step<Loading> first) {
    Step<Loading> step = first;
    while (!(step instanceof Step.Done<Loading>)) {
      steps.add(step.getClass().getSimpleName());
      if (step instanceof Step.Fetch<Loading> fetch) {
        step = fetch.run().get();
      } else if (step instanceof Step.Later<Loading> later) {
        step = later.next();
      } else {
        step = ((Step.Decode<Loading>) step).run().get();
      }
    }
    return ((Step.Done<Loading>) step).loaded();
  }

  @Test
  void a_reference_is_fetched_then_its_header_read_then_decoded() {
    Loaded<Loading> loaded = load("/image");

    assertThat(steps).containsExactly("Decode", "Fetch", "Decode", "Decode");
    assertThat(loaded)
        .isInstanceOfSatisfying(
            Loaded.Pixels.class,
            pixels -> assertThat(pixels.views().views().get(0)).containsExactly(Fakes.PLAIN, 7));
  }

  @Test
  void the_views_are_drawn_from_the_pixels_and_counted_as_bytes() {
    ImageEvent event =
        ImageEvent.newBuilder()
            .setId("x")
            .setContent(new InlineImage(ByteBuffer.wrap(new byte[] {Fakes.PLAIN, 7, 9})))
            .build();
    Record<String, ImageEvent> record = new Record<>("x", event, 0);
    KeyedViews views = new KeyedViews(ViewPlan.parse("shift:2,blur:1", 64), "secret");
    Job<Loading> with = jobs(views).apply(record);
    Job<Loading> without = jobs(Fakes.VIEWS).apply(record);
    byte[] digest = ImageViews.digestOf(new byte[] {Fakes.PLAIN, 7, 9});

    assertThat(with.bytes() - without.bytes()).isEqualTo(3 * 3);
    assertThat(load(with.first()))
        .isInstanceOfSatisfying(
            Loaded.Pixels.class,
            pixels -> {
              Loading.Accepted accepted = (Loading.Accepted) pixels.detail();
              assertThat(accepted.digest()).isEqualTo(digest);
              assertThat(accepted.views()).isEqualTo(views.draw(digest)).hasSize(3);
              assertThat(pixels.views().digest()).isEqualTo(digest);
              assertThat(pixels.views().views()).hasSize(4);
            });
  }

  private LoadJobs jobs(KeyedViews views) {
    return new LoadJobs(
        new Fakes.Loader(),
        references,
        views,
        1,
        Lane.BACKFILL,
        Optional.empty(),
        ModerationListener.NONE);
  }

  @Test
  void each_redirect_is_a_fetch_of_its_own() {
    load("/moved");

    assertThat(steps).containsExactly("Decode", "Fetch", "Fetch", "Decode", "Decode");
  }

  @Test
  void a_passing_fault_is_waited_for_without_a_thread() {
    Loaded<Loading> loaded = load("/busy-once");

    assertThat(steps)
        .containsExactly("Decode", "Fetch", "Later", "Decode", "Fetch", "Decode", "Decode");
    assertThat(loaded).isInstanceOf(Loaded.Pixels.class);
  }

  @Test
  void a_lasting_fault_settles_the_image_with_its_reason() {
    assertThat(load("/nothing").detail())
        .isInstanceOfSatisfying(
            Loading.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo("FETCH_NOT_FOUND"));
  }

  @Test
  void a_job_belongs_to_its_topics_lane() {
    assertThat(job("http://localhost/").lane()).isEqualTo(Lane.BACKFILL);
  }
}
