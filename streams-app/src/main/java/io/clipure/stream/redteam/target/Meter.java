package io.clipure.stream.redteam.target;

/** Counts the work a target had to do. Not thread-safe. */
public final class Meter {
  private long forwards;
  private long gradients;
  private long queries;

  /** Adds encoder passes of single images or views. */
  public void addForwards(long images) {
    forwards += images;
  }

  /** Adds backward passes of single images or views. */
  public void addGradients(long images) {
    gradients += images;
  }

  /** Adds decisions asked for. */
  public void addQueries(long images) {
    queries += images;
  }

  /** Encoder passes of single images or views. */
  public long forwards() {
    return forwards;
  }

  /** Backward passes of single images or views. */
  public long gradients() {
    return gradients;
  }

  /** Decisions asked for. */
  public long queries() {
    return queries;
  }
}
