package io.clipure.stream.topology;

/** Which of the graphs an event went through. */
public enum Graph {
  /** Live events. */
  LIVE,

  /** Old events, read again by the service. */
  BACKFILL,

  /** Events of the past, decided anew by an audit. */
  REPLAY,

  /** A candidate's opinion on live events; nobody acts on it. */
  SHADOW
}
