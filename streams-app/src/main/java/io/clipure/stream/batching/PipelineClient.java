package io.clipure.stream.batching;

/**
 * Drives a pipeline without Kafka Streams, as a task would: waits for room, submits, waits for the
 * outcome, gives the room back. For benchmarks.
 *
 * <p><b>Threading</b>: one thread a client.
 *
 * @param <D> what loading keeps
 */
public final class PipelineClient<D> implements AutoCloseable {
  private static final long LOOK_NANOS = 100_000_000;

  private final InferencePipeline pipeline;

  /** Creates a client of a pipeline that someone else closes. */
  public PipelineClient(InferencePipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** A job that has been admitted. */
  public final class Submitted {
    private final Ticket<D> ticket;

    private Submitted(Ticket<D> ticket) {
      this.ticket = ticket;
    }

    /**
     * Waits for the outcome and gives the room back.
     *
     * @throws PipelineFailedException if the pipeline fails or is closed
     */
    public Outcome<D> await() throws InterruptedException {
      while (true) {
        long seen = pipeline.progress().count();
        if (ticket.outcome() != null) {
          ticket.release();
          return ticket.outcome();
        }
        pipeline.checkHealthy();
        pipeline.progress().await(seen, LOOK_NANOS);
      }
    }

    /** Gives the job up, as a task does that is taken away. */
    public void abandon() {
      ticket.abandon();
    }
  }

  /**
   * Waits for room and submits.
   *
   * @throws PipelineFailedException if the pipeline fails or is closed
   */
  public Submitted submit(Job<D> job) throws InterruptedException {
    while (true) {
      long seen = pipeline.progress().count();
      Submitted submitted = trySubmit(job);
      if (submitted != null) {
        return submitted;
      }
      pipeline.progress().await(seen, LOOK_NANOS);
    }
  }

  /** Submits, or returns null if there is no room; this client is then next in line. */
  public Submitted trySubmit(Job<D> job) {
    Ticket<D> ticket = pipeline.trySubmit(this, job);
    return ticket == null ? null : new Submitted(ticket);
  }

  /** Gives up its place in line. */
  @Override
  public void close() {
    pipeline.withdraw(this);
  }
}
