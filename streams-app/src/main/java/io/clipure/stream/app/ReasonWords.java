package io.clipure.stream.app;

import io.clipure.stream.topology.ReasonCodes;
import java.util.Optional;

/** What each reason code of a dead letter means, and what to do about it. */
final class ReasonWords {
  /**
   * A reason in words.
   *
   * @param meaning what happened
   * @param toDo what helps
   */
  record Words(String meaning, String toDo) {}

  private static final String REQUEUE = "then send it back: dead-letters requeue";

  private ReasonWords() {}

  /** Empty for a code that this version does not know. */
  static Optional<Words> of(String code) {
    return Optional.ofNullable(image(code)).or(() -> Optional.ofNullable(reference(code)));
  }

  private static Words image(String code) {
    return switch (code) {
      case "EMPTY_CONTENT" ->
          new Words("The event carries no image bytes.", "Have the publisher send the content.");
      case "TOO_MANY_BYTES" ->
          new Words(
              "The file is larger than image.max-bytes.",
              "Upload a smaller file, or raise image.max-bytes; " + REQUEUE + ".");
      case "TOO_MANY_PIXELS" ->
          new Words(
              "The image has more pixels than image.max-pixels, by its header.",
              "Upload a smaller image, or raise image.max-pixels; " + REQUEUE + ".");
      case "TOO_MUCH_MEMORY" ->
          new Words(
              "Decoding it would hold more memory than there is for that.",
              "Upload a smaller image, or raise batching.decode-memory or -Xmx; " + REQUEUE + ".");
      case "TOO_MUCH_WORK" ->
          new Words(
              "Decoding it would take far more work than its pixels are worth: many passes, as in a"
                  + " file made to keep a decoder busy.",
              "Save the image anew and upload that; look at who sent it.");
      case "UNSUPPORTED_FORMAT" ->
          new Words(
              "The first bytes belong to no format that is read: JPEG, PNG, GIF, WebP, BMP.",
              "Convert it, or stop the publisher from sending what is no image.");
      case "CORRUPT_IMAGE" ->
          new Words(
              "The bytes end early or contradict the format.",
              "Upload the file again; often an upload was cut off.");
      case ReasonCodes.EMPTY_VALUE ->
          new Words("The record has no value.", "Look at what published it.");
      case ReasonCodes.UNDECODABLE_EVENT ->
          new Words(
              "The value is no ImageEvent in Confluent's Avro framing.",
              "Look at what published it and at its schema; dead-letters show --value keeps the"
                  + " bytes.");
      case ReasonCodes.INVALID_ATTRIBUTE ->
          new Words(
              "clipure.priority or clipure.deadline cannot be read.",
              "Correct the publisher; the attribute may also be left out.");
      case ReasonCodes.DEADLINE_EXPIRED ->
          new Words(
              "The deadline passed before an encoder began; nothing was spent on it.",
              "Send it back without a deadline, or see why the service is late: more devices,"
                  + " stream.live-deadline.");
      case ReasonCodes.ENCODER_FAILED ->
          new Words(
              "Devices failed or hung with this image alone, again and again.",
              "Look at the log of that time; send it back after a new version or driver.");
      case ReasonCodes.RESULT_REFUSED ->
          new Words(
              "Its result is larger than the topics take.",
              "Raise max.message.bytes of the result topics or use a shorter id and attributes; "
                  + REQUEUE
                  + ".");
      case ReasonCodes.INTERNAL_ERROR ->
          new Words(
              "A fault of the service on this event.",
              "Report it with the log of that time; send it back after a new version.");
      default -> null;
    };
  }

  private static Words reference(String code) {
    return switch (code) {
      case "INVALID_REFERENCE" ->
          new Words(
              "The reference is no well-formed URI, or is written to mislead.",
              "Correct the publisher.");
      case "UNSUPPORTED_SCHEME" ->
          new Words(
              "References of this kind are not followed.",
              "Name the scheme in fetch.schemes if it is meant to be; " + REQUEUE + ".");
      case "FORBIDDEN_REFERENCE" ->
          new Words(
              "The place may not be read.",
              "Name it in image.file-roots or s3.buckets if it is meant to be; " + REQUEUE + ".");
      case "FORBIDDEN_HOST" ->
          new Words(
              "The host is not among those allowed.",
              "Name it in fetch.allowed-hosts if it is meant to be; " + REQUEUE + ".");
      case "FORBIDDEN_PORT" ->
          new Words(
              "The port is not among those allowed.",
              "Name it in fetch.ports if it is meant to be; " + REQUEUE + ".");
      case "FORBIDDEN_ADDRESS" ->
          new Words(
              "The host has a private, local or otherwise special address: it may be an attempt to"
                  + " reach something inside.",
              "Look at who sent it. A store of your own goes into fetch.allowed-addresses.");
      case "INSECURE_REDIRECT" ->
          new Words("The server redirects from https to http.", "Correct the server.");
      case "TOO_MANY_REDIRECTS" ->
          new Words("The server redirects too often.", "Publish the final address.");
      case "UNSUPPORTED_MEDIA_TYPE" ->
          new Words(
              "The server declares something that is no image.",
              "Correct the server, or extend fetch.media-types; " + REQUEUE + ".");
      case "FETCH_NOT_FOUND" ->
          new Words(
              "There is nothing at the place.", "Publish again, with a reference that is there.");
      case "FETCH_HTTP_STATUS" ->
          new Words(
              "The server answered with an error.",
              "See the message for the status; when the server works again, send it back.");
      case "FETCH_TIMEOUT", "FETCH_FAILED" ->
          new Words(
              "The content could not be had, after all attempts.",
              "When the server answers again, send it back: dead-letters requeue.");
      default -> null;
    };
  }
}
