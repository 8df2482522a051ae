package io.clipure.stream.app;

import java.util.List;

/** A file cannot be taken: one line a problem. */
final class RefusedLinesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String[] problems;

  /** Creates the refusal. */
  RefusedLinesException(List<String> problems) {
    super(problems.get(0));
    this.problems = problems.toArray(String[]::new);
  }

  List<String> problems() {
    return List.of(problems);
  }
}
