package io.clipure.stream.audit.rescore;

/** Why a result cannot be judged anew from what it holds. */
public enum SkipReason {
  /** The record has no value. */
  EMPTY_VALUE(false),

  /** Another bundle made the embedding: the candidate's text embeddings do not fit it. */
  MODEL_DIFFERS(true),

  /** The embedding, or one of a view, was not stored (stream.store-embedding=false). */
  NO_EMBEDDING(true),

  /** The candidate looks at other views than were encoded. */
  VIEWS_DIFFER(true),

  /** The stored embedding has the wrong width, is zero or not finite. */
  EMBEDDING_UNUSABLE(true);

  private final boolean replayHelps;

  SkipReason(boolean replayHelps) {
    this.replayHelps = replayHelps;
  }

  /** Whether {@code replay} can decide the image anew. */
  public boolean replayHelps() {
    return replayHelps;
  }
}
