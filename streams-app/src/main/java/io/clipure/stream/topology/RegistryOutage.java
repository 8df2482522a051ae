package io.clipure.stream.topology;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;

/** Tells a failing schema registry from a record that cannot be decoded. */
final class RegistryOutage {
  private static final int NOT_FOUND = 404;

  private RegistryOutage() {}

  /** Whether the same bytes might be decodable once the registry answers again. */
  static boolean isOutage(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof RestClientException answer) {
        return answer.getStatus() != NOT_FOUND;
      }
      if (at instanceof RetriableException
          || at instanceof AuthenticationException
          || at instanceof AuthorizationException
          || (at instanceof IOException && !fromAvro(at))) {
        return true;
      }
      if (at.getCause() == at) {
        break;
      }
    }
    return false;
  }

  /** Avro reports truncated and malformed bytes as IOException too. */
  private static boolean fromAvro(Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    return stack.length > 0 && stack[0].getClassName().startsWith("org.apache.avro.");
  }
}
