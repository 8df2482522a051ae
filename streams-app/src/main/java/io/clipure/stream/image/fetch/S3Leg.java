package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** One GetObject. */
final class S3Leg implements Leg {
  private final S3Source source;
  private final S3Reference reference;
  private final Duration limit;
  private final AtomicBoolean aborted = new AtomicBoolean();
  private final AtomicReference<Abortable> running = new AtomicReference<>();

  S3Leg(S3Source source, S3Reference reference, Duration limit) {
    this.source = source;
    this.reference = reference;
    this.limit = limit;
  }

  @Override
  public String host() {
    return "s3://" + reference.bucket();
  }

  @Override
  public Duration limit() {
    return limit;
  }

  @Override
  public void abort() {
    aborted.set(true);
    Abortable now = running.get();
    if (now != null) {
      now.abort();
    }
  }

  /** Whichever comes second, this or {@link #abort}, sees the other. */
  private void began(Abortable part) {
    running.set(part);
    if (aborted.get()) {
      part.abort();
    }
  }

  @Override
  public Reached run() throws FetchException {
    Deadline deadline = Deadline.in(limit);
    if (aborted.get()) {
      throw FetchException.timeout(reference.toString(), limit);
    }
    source.http().listen(this::began);
    try {
      return new Reached.Bytes(read(deadline));
    } catch (SdkException | IOException e) {
      throw aborted.get() || deadline.hasPassed()
          ? FetchException.timeout(reference.toString(), limit)
          : fault(e);
    } finally {
      source.http().listenNoMore();
    }
  }

  private ByteBuffer read(Deadline deadline) throws IOException, FetchException {
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(reference.bucket())
            .key(reference.key())
            .versionId(reference.versionId().orElse(null))
            .build();
    ResponseInputStream<GetObjectResponse> in = source.client().getObject(request);
    began(in);
    boolean whole = false;
    try {
      GetObjectResponse object = in.response();
      source
          .mediaTypes()
          .check(reference.toString(), object.contentType(), object.contentEncoding());
      ByteBuffer bytes =
          Body.read(
              in,
              object.contentLength() == null ? -1 : object.contentLength(),
              source.maxBytes(),
              reference.toString(),
              deadline);
      if (aborted.get()) {
        // The end may be the abort's and not the content's.
        throw FetchException.timeout(reference.toString(), limit);
      }
      whole = true;
      return bytes;
    } finally {
      if (whole) {
        in.close();
      } else {
        // Closing would read the rest.
        in.abort();
      }
    }
  }

  private FetchException fault(Exception e) {
    if (e instanceof ApiCallTimeoutException
        || e instanceof ApiCallAttemptTimeoutException
        || e instanceof AbortedException) {
      return FetchException.timeout(reference.toString(), limit);
    }
    if (e instanceof S3Exception answer) {
      return answered(answer);
    }
    return FetchException.passing(
        RejectionReason.FETCH_FAILED,
        "%s: S3 cannot be asked (%s); check s3.endpoint, the credentials and the network"
            .formatted(reference, innermost(e).getClass().getSimpleName()));
  }

  private FetchException answered(S3Exception e) {
    int status = e.statusCode();
    String code =
        e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
            ? ""
            : " " + e.awsErrorDetails().errorCode().replaceAll("[^A-Za-z0-9.]", "?");
    if (status == 404) {
      return FetchException.refused(
          RejectionReason.FETCH_NOT_FOUND,
          "%s: S3 answers 404%s; check that the image is there before its event"
              .formatted(reference, code));
    }
    String message =
        "%s: S3 answers %d%s; check credentials, the bucket's policy, s3.region and s3.endpoint"
            .formatted(reference, status, code);
    return status >= 500 || status == 408 || status == 429 || e.isThrottlingException()
        ? FetchException.passing(RejectionReason.FETCH_HTTP_STATUS, message)
        : FetchException.refused(RejectionReason.FETCH_HTTP_STATUS, message);
  }

  private static Throwable innermost(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }
}
