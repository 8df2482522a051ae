package io.clipure.stream.redteam.scorecard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The journal's chunks, put together by task. */
public final class Results {
  private final Map<String, List<ImageResult>> images = new HashMap<>();
  private final Map<String, Double> seconds = new HashMap<>();
  private final Map<String, List<ChunkResult.Picture>> pictures = new HashMap<>();

  private Results() {}

  /** Puts chunks together, in the order of the sample whatever order they were written in. */
  public static Results of(List<ChunkResult> chunks) {
    Results results = new Results();
    List<ChunkResult> ordered = new ArrayList<>(chunks);
    ordered.sort(Comparator.comparing(ChunkResult::task).thenComparing(ChunkResult::first));
    for (ChunkResult chunk : ordered) {
      results.add(results.images, chunk.task(), chunk.images());
      results.add(results.pictures, chunk.task(), chunk.pictures());
      results.seconds.merge(chunk.task(), chunk.seconds(), Double::sum);
    }
    return results;
  }

  private <T> void add(Map<String, List<T>> map, String task, List<T> more) {
    map.computeIfAbsent(task, id -> new ArrayList<>()).addAll(more);
  }

  /** One result an image, in the order of the sample. */
  public List<ImageResult> images(Task task) {
    return List.copyOf(images.getOrDefault(task.id(), List.of()));
  }

  /** What one column made of a task's images. */
  public List<Outcome> outcomes(Task task, String column) {
    return images(task).stream().map(image -> image.outcomes().get(column)).toList();
  }

  /** Images kept to be shown. */
  List<ChunkResult.Picture> pictures(Task task) {
    return List.copyOf(pictures.getOrDefault(task.id(), List.of()));
  }

  /** Seconds a task took, all columns together. */
  double seconds(Task task) {
    return seconds.getOrDefault(task.id(), 0.0);
  }

  /** Seconds of all tasks. */
  double seconds() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The share of images that count, each with a weight of 0 to 1. */
  static Share share(List<Outcome> outcomes, ToDoubleFunction<Outcome> weight) {
    return new Share(outcomes.stream().mapToDouble(weight).sum(), outcomes.size());
  }
}
