package io.clipure.stream.image;

/** Why an image was not classified: the reason codes of dead letters made by this room. */
public enum RejectionReason {
  /** No bytes at all. */
  EMPTY_CONTENT,
  /** More encoded bytes than allowed. */
  TOO_MANY_BYTES,
  /** Magic bytes of no supported format, or a variant that is not supported. */
  UNSUPPORTED_FORMAT,
  /** More pixels than allowed, by the header. */
  TOO_MANY_PIXELS,
  /** Decoding would hold more memory than allowed, by the header. */
  TOO_MUCH_MEMORY,
  /** Decoding would take more passes over the pixels than allowed. */
  TOO_MUCH_WORK,
  /** The bytes end early or contradict the format. */
  CORRUPT_IMAGE,
  /** A reference with a scheme that is not supported or not allowed. */
  UNSUPPORTED_SCHEME,
  /** A reference to a place that is not allowed. */
  FORBIDDEN_REFERENCE,
  /** The text of a reference is not a well-formed URI, or is written to mislead. */
  INVALID_REFERENCE,
  /** The reference leads to a host that is not allowed. */
  FORBIDDEN_HOST,
  /** The reference leads to a port that is not allowed. */
  FORBIDDEN_PORT,
  /** The host is, or has, a private, local or otherwise special address. */
  FORBIDDEN_ADDRESS,
  /** A redirect from https to http. */
  INSECURE_REDIRECT,
  /** More redirects than allowed. */
  TOO_MANY_REDIRECTS,
  /** The server declares content that is no image, or encodes it once more. */
  UNSUPPORTED_MEDIA_TYPE,
  /** There is nothing at the referenced place. */
  FETCH_NOT_FOUND,
  /** The server answered with another error. */
  FETCH_HTTP_STATUS,
  /** The content did not arrive in time. */
  FETCH_TIMEOUT,
  /** The referenced content could not be read. */
  FETCH_FAILED
}
