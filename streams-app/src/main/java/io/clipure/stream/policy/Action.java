package io.clipure.stream.policy;

/** What happens to an image, mildest first. */
public enum Action {
  ALLOW,
  REVIEW,
  BLOCK
}
