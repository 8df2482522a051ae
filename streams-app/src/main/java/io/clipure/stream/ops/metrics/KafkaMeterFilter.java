package io.clipure.stream.ops.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps Kafka's own meters few and their names the same from start to start: Kafka Streams puts a
 * random id into the name of every client and thread, so that each start would leave a new set of
 * series behind; and meters for each partition, broker, task or node grow with the cluster. What of
 * them matters is ours: {@link OpsMeter#LAG}.
 */
final class KafkaMeterFilter implements MeterFilter {
  private static final Pattern RANDOM =
      Pattern.compile("-?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Set<String> MANY =
      Set.of("partition", "node.id", "task.id", "processor.node.id", "store", "subtopology");
  private static final String KAFKA = "kafka.";

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    if (!id.getName().startsWith(KAFKA)) {
      return MeterFilterReply.NEUTRAL;
    }
    for (Tag tag : id.getTagsAsIterable()) {
      if (MANY.contains(tag.getKey())) {
        return MeterFilterReply.DENY;
      }
    }
    return MeterFilterReply.NEUTRAL;
  }

  @Override
  public Meter.Id map(Meter.Id id) {
    if (!id.getName().startsWith(KAFKA)) {
      return id;
    }
    List<Tag> tags = id.getTags().stream().map(KafkaMeterFilter::withoutRandom).toList();
    return id.replaceTags(tags);
  }

  private static Tag withoutRandom(Tag tag) {
    String value = RANDOM.matcher(tag.getValue()).replaceAll("");
    return Tag.of(tag.getKey(), value.isEmpty() ? "-" : value);
  }
}
