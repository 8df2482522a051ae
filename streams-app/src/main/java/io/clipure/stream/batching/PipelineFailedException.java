package io.clipure.stream.batching;

import org.apache.kafka.streams.errors.StreamsException;

/**
 * The pipeline, or a task's part in it, is broken for good: nothing may be committed past this
 * point. Never an image's fault.
 */
public final class PipelineFailedException extends StreamsException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception. */
  public PipelineFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
