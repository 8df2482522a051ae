package io.clipure.stream.audit;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;

/** Waits for the cluster's answers, but not for ever. */
public final class Answers {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Answers() {}

  /**
   * The answer.
   *
   * @param asked what was asked for, for the message, for example {@code topic images}
   * @throws ExecutionException if the cluster refuses
   * @throws AuditException if it does not answer
   * @throws InterruptException if the thread is interrupted
   */
  public static <T> T orRefusal(String asked, KafkaFuture<T> answer) throws ExecutionException {
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e); // sets the thread's flag again
    } catch (TimeoutException e) {
      throw new AuditException(
          "%s: the cluster did not answer in %d s; check kafka.bootstrap.servers"
              .formatted(asked, PATIENCE.toSeconds()),
          e);
    }
  }

  /**
   * The answer.
   *
   * @throws AuditException if the cluster refuses or does not answer
   */
  public static <T> T of(String asked, KafkaFuture<T> answer) {
    try {
      return orRefusal(asked, answer);
    } catch (ExecutionException e) {
      throw refused(asked, e.getCause());
    }
  }

  /** The refusal in one line. */
  public static AuditException refused(String asked, Throwable cause) {
    return new AuditException(
        "%s: the cluster refused: %s; check the kafka.* settings and the rights of this client"
            .formatted(asked, String.valueOf(cause.getMessage()).replaceAll("\\s*\\R\\s*", " ")),
        cause);
  }
}
