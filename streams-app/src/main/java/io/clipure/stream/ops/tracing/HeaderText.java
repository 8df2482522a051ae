package io.clipure.stream.ops.tracing;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Trace context in Kafka headers, by W3C Trace Context: {@code traceparent}, {@code tracestate}.
 */
final class HeaderText {
  /** Longer ones need not be carried on (W3C Trace Context, 3.3.1.5), and may be an attack. */
  private static final int LONGEST = 512;

  /** Most bytes that {@link #inject} adds: both headers with their names and lengths. */
  static final int MOST_BYTES = LONGEST + 128;

  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final TextMapGetter<Headers> GETTER = HeaderText::get;

  private static final TextMapSetter<Headers> SETTER =
      (headers, key, value) -> {
        if (headers != null && value.length() <= LONGEST) {
          headers.add(key, value.getBytes(StandardCharsets.UTF_8));
        }
      };

  private HeaderText() {}

  private static String get(Headers headers, String key) {
    Header header = headers == null ? null : headers.lastHeader(key);
    return header == null || header.value() == null || header.value().length > LONGEST
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** The context that the headers carry; one of a new trace where they carry none that is valid. */
  static Context extract(Headers headers) {
    return W3C.extract(Context.root(), headers, GETTER);
  }

  /** Puts a context into the headers in place of the one that came along. */
  static void inject(Context context, Headers headers) {
    W3C.fields().forEach(headers::remove);
    W3C.inject(context, headers, SETTER);
  }
}
