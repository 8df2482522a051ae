package io.clipure.stream.ops.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ImageTracerTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final EventOrigin ORIGIN = new EventOrigin("cat", "images", 0, 17, "live");

  private final ImageTracer all = tracer(1);
  private final ImageTracer none = tracer(0);

  /** Nobody listens at port 1. */
  private static ImageTracer tracer(double ratio) {
    return ImageTracer.open(
        new TraceSettings(URI.create("http://127.0.0.1:1"), ratio, "test", "1"));
  }

  private static Headers headers(String... namesAndValues) {
    Headers headers = new RecordHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return headers;
  }

  private static String text(Headers headers, String name) {
    assertThat(headers.headers(name)).hasSize(1);
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static ImageStages stages() {
    long now = System.nanoTime();
    return new ImageStages(
        ORIGIN, "out", now - 100, 10, 10, now - 50, 10, 2, "cpu", 5, "ALLOW", "cat", List.of());
  }

  private Headers labelled(double ratio, Headers event) {
    Headers result = new RecordHeaders(event);
    (ratio == 0 ? none : all).labelled(stages(), event, result);
    return result;
  }

  @Test
  void a_collector_that_is_away_disturbs_nothing_and_the_context_goes_on() {
    String parent = "00-" + TRACE + "-00f067aa0ba902b7-01";
    Headers result =
        labelled(1, headers("traceparent", parent, "tracestate", "vendor=1", "camera", "7"));

    assertThat(text(result, "traceparent")).startsWith("00-" + TRACE + "-").endsWith("-01");
    assertThat(text(result, "traceparent")).isNotEqualTo(parent);
    assertThat(text(result, "tracestate")).isEqualTo("vendor=1");
    assertThat(text(result, "camera")).isEqualTo("7");
    all.close();
  }

  @Test
  void a_trace_that_is_not_recorded_elsewhere_is_not_recorded_here_and_goes_on() {
    Headers result = labelled(1, headers("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-00"));
    assertThat(text(result, "traceparent")).startsWith("00-" + TRACE).endsWith("-00");
  }

  @Test
  void of_traces_begun_here_only_a_share_is_recorded() {
    // The second bit says that the id is random (W3C Trace Context 2).
    assertThat(text(labelled(1, headers()), "traceparent")).matches(".*-0[13]");
    assertThat(text(labelled(0, headers()), "traceparent")).matches(".*-0[02]");
  }

  @Test
  void a_broken_or_endless_context_is_replaced_by_a_new_one() {
    for (String broken : List.of("", "00-zz", "\u0000", "00-" + "0".repeat(32) + "-1-01")) {
      assertThat(text(labelled(1, headers("traceparent", broken)), "traceparent"))
          .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]");
    }
    Headers endless =
        labelled(
            1,
            headers(
                "traceparent",
                "00-" + TRACE + "-00f067aa0ba902b7-01",
                "tracestate",
                "v=" + "x".repeat(10_000)));
    assertThat(endless.lastHeader("tracestate")).isNull();
  }

  @Test
  void no_more_is_added_than_room_is_left_for() {
    String filler = "=" + "x".repeat(120) + ",";
    String state = "a" + filler + "b" + filler + "c" + filler + "d" + filler + "e=1";
    Headers event =
        headers("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01", "tracestate", state);
    Headers result = labelled(1, event);
    long added = 0;
    for (String name : List.of("traceparent", "tracestate")) {
      added += name.length() + text(result, name).length() + 10;
    }
    assertThat(added).isLessThanOrEqualTo(ImageTracer.HEADER_BYTES);
  }
}
