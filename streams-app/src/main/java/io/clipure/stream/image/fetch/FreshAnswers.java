package io.clipure.stream.image.fetch;

import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;

/**
 * Does not ask on a kept connection that holds bytes already: they came behind the end of the last
 * answer, and would be taken for the answer to another image's request.
 */
final class FreshAnswers extends HttpRequestExecutor {
  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      HttpResponseInformationCallback interim,
      HttpContext context)
      throws IOException, HttpException {
    if (connection.getEndpointDetails().getResponseCount() > 0
        && connection.isDataAvailable(Timeout.ofMilliseconds(1))) {
      connection.close();
      throw new ConnectionClosedException("bytes behind the end of an answer");
    }
    return super.execute(request, connection, interim, context);
  }
}
