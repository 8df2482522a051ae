package io.clipure.stream.image.fetch;

import java.util.function.Consumer;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Hands each request to whoever wants to abort it: the SDK's blocking calls offer no way until the
 * response has begun. The SDK prepares a request on the thread of the call, which is how a request
 * finds its call.
 */
final class AbortableHttp implements SdkHttpClient {
  private final SdkHttpClient delegate;
  private final ThreadLocal<Consumer<Abortable>> listener = new ThreadLocal<>();

  AbortableHttp(SdkHttpClient delegate) {
    this.delegate = delegate;
  }

  /** Requests of this thread are told to the listener from now on. */
  void listen(Consumer<Abortable> requests) {
    listener.set(requests);
  }

  void listenNoMore() {
    listener.remove();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = delegate.prepareRequest(request);
    Consumer<Abortable> told = listener.get();
    if (told != null) {
      told.accept(prepared);
    }
    return prepared;
  }

  @Override
  public String clientName() {
    return delegate.clientName();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
