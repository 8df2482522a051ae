package io.clipure.stream.audit.verify;

/** Why a verdict cannot be derived again, or not from its image. */
public enum Obstacle {
  /** The verdict itself is not to be had. */
  VERDICT_UNKNOWN,
  /** No bundle with the record's model digest. */
  BUNDLE_UNKNOWN,
  /** No label set with the record's digest, or none that this bundle can use. */
  LABEL_SET_UNKNOWN,
  /** No calibration with the record's id. */
  CALIBRATION_UNKNOWN,
  /** The record names a purifier that is not configured and cannot be made from its name. */
  PURIFIER_UNKNOWN,
  /** The record names a view plan that this version cannot read. */
  VIEW_PLAN_UNKNOWN,
  /** The image's views were drawn from another key than the configured one. */
  VIEWS_KEY_UNKNOWN,
  /** The event is gone, holds something else, or its reference no longer leads to bytes. */
  IMAGE_GONE,
  /** There are bytes, but not those that were judged. */
  IMAGE_DIFFERS,
  /** The image's bytes are the same, and are no longer accepted as an image. */
  IMAGE_REFUSED,
  /** Nobody asked for the image: stored embeddings were to be enough. */
  NOT_ASKED,
  /** The record carries no embeddings, or not those that its plan asks for. */
  EMBEDDINGS_MISSING
}
