package io.clipure.stream.policy;

import java.util.List;

/**
 * A label set that cannot be used; the message is one line with place, finding and remedy of the
 * first problem, {@link #problems()} has all of them.
 */
public final class LabelSetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String[] problems;

  /** Creates the exception for one problem. */
  public LabelSetException(String message) {
    this(List.of(message));
  }

  /** Creates the exception for at least one problem, each a line of its own. */
  public LabelSetException(List<String> problems) {
    super(
        problems.get(0)
            + (problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)"));
    this.problems = problems.toArray(String[]::new);
  }

  /** Every problem found, one line each, in the order of the file. */
  public List<String> problems() {
    return List.of(problems);
  }
}
