package io.clipure.schemas;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Tells a registry that does not answer from a record that cannot be read. Only the second may be
 * dead-lettered: otherwise an hour without a registry would turn an hour of good images into dead
 * letters.
 */
public final class RegistryFailures {
  /** HTTP statuses below 500 that say nothing about the record: credentials, timeout, rate. */
  private static final Set<Integer> NOT_ABOUT_THE_RECORD = Set.of(401, 403, 407, 408, 429);

  private RegistryFailures() {}

  /**
   * Whether the registry, and not the record, is at fault.
   *
   * <p>The first cause, from the outside in, that is decisive decides. A 404 counts against the
   * record only with one of the registry's own codes (404xx, for example 40403 "schema not found"):
   * a bare 404 comes from a wrong path or a proxy. An answer that is not the registry's JSON is an
   * outage as well.
   *
   * @param failure what a serde of {@link ConfluentSerdes} threw
   * @return true if the same bytes may be readable once the registry answers again
   */
  public static boolean isOutage(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable at = failure; at != null && seen.add(at); at = at.getCause()) {
      Optional<Boolean> outage = decide(at);
      if (outage.isPresent()) {
        return outage.get();
      }
    }
    return false;
  }

  private static Optional<Boolean> decide(Throwable at) {
    if (at instanceof RestClientException answer) {
      return Optional.of(isOutage(answer.getStatus(), answer.getErrorCode()));
    }
    // How Confluent's client reports 401, 403, 408, 429, 502, 503 and 504, sometimes with no cause.
    if (at instanceof AuthenticationException
        || at instanceof AuthorizationException
        || at instanceof RetriableException
        || at instanceof InterruptException) {
      return Optional.of(true);
    }
    if (at instanceof AvroRuntimeException
        || at instanceof EOFException
        || at instanceof InvalidNumberEncodingException) {
      return Optional.of(false);
    }
    if (at instanceof IOException) {
      return Optional.of(!isForeignSchema(at));
    }
    return Optional.empty();
  }

  private static boolean isOutage(int status, int errorCode) {
    if (status == 404) {
      return errorCode / 100 != 404;
    }
    return status >= 500 || NOT_ABOUT_THE_RECORD.contains(status);
  }

  /** The client's only sign that an id names a Protobuf, JSON or unparseable schema. */
  private static boolean isForeignSchema(Throwable at) {
    return at.getMessage() != null && at.getMessage().startsWith("Invalid schema ");
  }
}
