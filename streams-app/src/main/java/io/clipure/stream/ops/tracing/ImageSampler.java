package io.clipure.stream.ops.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Which traces are recorded: as the trace that an event brings along says, else a share. A batch's
 * span is begun only for an image that is recorded, so it is recorded too.
 */
final class ImageSampler implements Sampler {
  private final Sampler images;

  ImageSampler(double ratio) {
    this.images = Sampler.parentBased(Sampler.traceIdRatioBased(ratio));
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    return name.equals(BatchSpans.NAME)
        ? SamplingResult.recordAndSample()
        : images.shouldSample(parent, traceId, name, kind, attributes, links);
  }

  @Override
  public String getDescription() {
    return "images by " + images.getDescription() + ", batches with them";
  }
}
