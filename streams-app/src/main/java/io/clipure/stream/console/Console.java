package io.clipure.stream.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.ops.http.Route;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page, ready to be served: what the feed takes in becomes entries of the history, once a
 * second the trends move on, and whoever listens is told.
 *
 * <p><b>Threading</b>: {@link #round} is called by one thread of the application, about four times
 * a second; requests come on the server's threads.
 */
public final class Console {
  /** Time between two calls of {@link #round}. */
  public static final long ROUND_MILLIS = 250;

  private static final Logger LOG = LoggerFactory.getLogger(Console.class);
  private static final int ROUNDS_A_SECOND = (int) (1_000 / ROUND_MILLIS);

  private final ConsoleSettings settings;
  private final ConsoleFeed feed;
  private final Supplier<Flow> flow;
  private final EntryJson json = new EntryJson();
  private final History history;
  private final Trends trends;
  private final EventStreams streams;
  private final Page page = new Page();
  private final String instance = UUID.randomUUID().toString().substring(0, 8);
  private volatile Map<String, String> about = Map.of();
  private int rounds;
  private boolean failedBefore;

  /**
   * A page that shows nothing yet.
   *
   * @param settings bounds
   * @param feed what to show
   * @param flow asked once a second
   */
  public Console(ConsoleSettings settings, ConsoleFeed feed, Supplier<Flow> flow) {
    this.settings = settings;
    this.feed = feed;
    this.flow = flow;
    this.history = new History(settings.history(), ConsoleSettings.MAX_BYTES);
    this.trends = new Trends(feed.tally());
    this.streams = new EventStreams(instance, history, hello(), json);
  }

  private ObjectNode hello() {
    ObjectNode hello = json.mapper().createObjectNode();
    hello.put("instance", instance);
    hello.put("page", page.digest());
    hello.put("history", settings.history());
    return hello;
  }

  /** Says which service this is, by names and values in order. */
  public void about(Map<String, String> facts) {
    about = new LinkedHashMap<>(facts);
  }

  private String stats() {
    ObjectNode stats = trends.json(json.mapper());
    ObjectNode facts = stats.putObject("about");
    about.forEach((name, value) -> facts.put(name, Visible.of(value, 300)));
    return text(stats);
  }

  /** Where the page and its parts are found. */
  public List<Route> routes() {
    return List.of(
        Route.below(
            ConsoleHandler.ROOT,
            new ConsoleHandler(settings, instance, page, streams, history, json)));
  }

  /** Takes in what came and tells whoever listens; never throws. */
  public void round() {
    try {
      feed.drain().forEach(this::add);
      if (rounds++ % ROUNDS_A_SECOND == 0) {
        trends.second(flow.get());
        streams.stats(EventFormat.event("stats", Optional.empty(), stats()));
      }
      streams.pump();
    } catch (RuntimeException e) {
      if (!failedBefore) {
        failedBefore = true;
        LOG.error("the console failed; the service is not affected, and this is logged once", e);
      }
    }
  }

  private void add(Note note) {
    if (note instanceof VerdictNote verdict) {
      trends.learn(verdict.result());
    }
    Optional<Picture> picture =
        note instanceof VerdictNote verdict
            ? verdict.picture().map(one -> one.within(ConsoleSettings.PICTURE_SIDE))
            : Optional.empty();
    history.add(
        sequence ->
            new Entry(
                sequence,
                withoutPicture(note),
                picture,
                EventFormat.event(
                    "entry",
                    Optional.of(instance + "-" + sequence),
                    text(json.line(sequence, note, picture.isPresent())))));
  }

  /** The picture that is kept may be a smaller one; the first must not be held. */
  private static Note withoutPicture(Note note) {
    return note instanceof VerdictNote verdict
        ? new VerdictNote(
            verdict.result(), verdict.backfill(), verdict.uploadedAt(), Optional.empty())
        : note;
  }

  private String text(ObjectNode node) {
    return new String(json.bytes(node), StandardCharsets.UTF_8);
  }

  /** Ends every page's connection, so that a server that stops need not wait for them. */
  public void close() {
    streams.close();
  }
}
