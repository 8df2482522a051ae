package io.clipure.stream.app;

import io.clipure.stream.batching.Lane;
import io.clipure.stream.console.ConsoleFeed;
import io.clipure.stream.console.DeadLetterNote;
import io.clipure.stream.console.Picture;
import io.clipure.stream.console.VerdictNote;
import io.clipure.stream.topology.DeadLettered;
import io.clipure.stream.topology.Graph;
import io.clipure.stream.topology.LabelledEvent;
import io.clipure.stream.topology.ModerationListener;

/**
 * Tells the console of verdicts and dead letters; a shadow's are nobody's verdicts and are left
 * out.
 */
final class ConsoleListener implements ModerationListener {
  private final ConsoleFeed feed;

  ConsoleListener(ConsoleFeed feed) {
    this.feed = feed;
  }

  @Override
  public boolean wantsPixels() {
    return true;
  }

  @Override
  public void labelled(LabelledEvent event) {
    if (event.graph() != Graph.SHADOW) {
      feed.tell(
          new VerdictNote(
              event.result(),
              event.lane() == Lane.BACKFILL,
              event.uploadedAt(),
              event.pixels().map(seen -> new Picture(seen.rgb(), seen.side()))));
    }
  }

  @Override
  public void deadLettered(DeadLettered event) {
    if (event.graph() != Graph.SHADOW) {
      feed.tell(
          new DeadLetterNote(
              event.topic(),
              event.partition(),
              event.offset(),
              event.key(),
              event.reason(),
              event.message(),
              event.graph() == Graph.BACKFILL,
              System.currentTimeMillis()));
    }
  }
}
