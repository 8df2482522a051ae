package io.clipure.stream.ops.health;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.ops.http.Answers;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers 200 if all checks are ok, else 503, with all of them as JSON.
 *
 * <p><b>Threading</b>: the server's threads; so the checks must be quick and thread-safe.
 */
public final class HealthHandler extends Handler.Abstract {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Supplier<List<Check>> checks;

  /** Asks for the checks at each request. */
  public HealthHandler(Supplier<List<Check>> checks) {
    this.checks = checks;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    List<Check> seen = checks.get();
    boolean ok = seen.stream().allMatch(Check::ok);
    ObjectNode body = JSON.createObjectNode();
    body.put("status", word(ok));
    ArrayNode list = body.putArray("checks");
    for (Check check : seen) {
      list.addObject()
          .put("name", check.name())
          .put("status", word(check.ok()))
          .put("detail", check.detail());
    }
    Answers.send(
        response,
        callback,
        ok ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503,
        "application/json",
        body.toPrettyString() + "\n");
    return true;
  }

  private static String word(boolean ok) {
    return ok ? "ok" : "failing";
  }
}
