package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.policy.Action;
import io.clipure.stream.redteam.attack.Attacked;
import io.clipure.stream.redteam.attack.ProgressListener;
import io.clipure.stream.redteam.data.StratifiedSample;
import io.clipure.stream.redteam.target.Victim;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/**
 * Does what a plan says, chunk by chunk, and skips what the journal already has. As every answer of
 * the lab depends on its arguments only, and chunks are always cut at the same places, a run that
 * was cut and resumed finds what an uninterrupted one does.
 */
public final class Run {
  /** Images of a task that may be shown: more would only swell the journal. */
  private static final int SHOWN = 64;

  private final Plan plan;
  private final Map<String, List<StratifiedSample.Drawn>> samples;
  private final ToIntFunction<String> labelIndex;
  private final Lab lab;
  private final LongSupplier nanoTime;

  /**
   * Prepares a run.
   *
   * @param samples images by name of their sample, as many as the plan's tasks ask for
   * @param labelIndex place of a label id in the label set
   * @param nanoTime clock for the seconds in the report
   */
  public Run(
      Plan plan,
      Map<String, List<StratifiedSample.Drawn>> samples,
      ToIntFunction<String> labelIndex,
      Lab lab,
      LongSupplier nanoTime) {
    this.plan = plan;
    this.samples = Map.copyOf(samples);
    this.labelIndex = labelIndex;
    this.lab = lab;
    this.nanoTime = nanoTime;
  }

  /**
   * Does all that is not yet in the journal.
   *
   * @throws IOException if the journal cannot be written
   */
  public void finish(Journal journal, RunListener listener) throws IOException {
    Set<String> done = new HashSet<>();
    journal.done().forEach(chunk -> done.add(key(chunk.task(), chunk.first())));
    for (Task task : plan.tasks()) {
      for (int first = 0; first < task.images(); first += plan.chunk()) {
        listener.moved(task, first, 0);
        if (!done.contains(key(task.id(), first))) {
          journal.append(chunk(task, first, listener));
        }
      }
      listener.finished(task);
    }
  }

  private ChunkResult chunk(Task task, int first, RunListener listener) {
    long start = nanoTime.getAsLong();
    List<StratifiedSample.Drawn> drawn =
        samples.get(task.sample()).subList(first, Math.min(first + plan.chunk(), task.images()));
    List<Victim> victims = new ArrayList<>();
    for (int i = 0; i < drawn.size(); i++) {
      victims.add(
          new Victim(
              first + i, drawn.get(i).pixels(), labelIndex.applyAsInt(drawn.get(i).truth().id())));
    }
    List<Attacked> attacked = task.baseline() ? List.of() : attack(task, victims, first, listener);
    List<byte[]> pixels =
        task.baseline()
            ? victims.stream().map(Victim::pixels).toList()
            : attacked.stream().map(Attacked::adversarial).toList();
    Map<String, List<Outcome>> outcomes = new HashMap<>();
    for (String column : task.columns()) {
      outcomes.put(column, lab.judge(task, plan.column(column), victims, pixels));
    }
    List<ImageResult> images = new ArrayList<>();
    for (int i = 0; i < drawn.size(); i++) {
      images.add(result(task, drawn.get(i), task.baseline() ? null : attacked.get(i), outcomes, i));
    }
    return new ChunkResult(
        task.id(),
        first,
        images,
        task.baseline() || task.purpose() == Task.Purpose.CHECK || first >= SHOWN
            ? List.of()
            : pictures(task, drawn, pixels, images),
        (nanoTime.getAsLong() - start) / 1e9);
  }

  private List<Attacked> attack(Task task, List<Victim> victims, int first, RunListener listener) {
    return lab.attack(
        task,
        victims,
        new ProgressListener() {
          @Override
          public void advanced(String attack, double share) {
            listener.moved(task, first, share);
          }
        });
  }

  private static ImageResult result(
      Task task,
      StratifiedSample.Drawn drawn,
      Attacked attacked,
      Map<String, List<Outcome>> outcomes,
      int at) {
    Map<String, Outcome> own = new HashMap<>();
    task.columns().forEach(column -> own.put(column, outcomes.get(column).get(at)));
    return new ImageResult(
        drawn.name(),
        drawn.truth().id(),
        drawn.truth().action() != Action.ALLOW,
        attacked != null && attacked.success(),
        attacked == null ? 0 : attacked.queries(),
        attacked == null ? 0 : attacked.gradients(),
        attacked == null ? 0 : attacked.loss(),
        own);
  }

  /** The first that got through somewhere and the first that did not: enough to show both. */
  private static List<ChunkResult.Picture> pictures(
      Task task,
      List<StratifiedSample.Drawn> drawn,
      List<byte[]> pixels,
      List<ImageResult> images) {
    String judge = task.columns().get(task.columns().size() - 1);
    Map<Boolean, ChunkResult.Picture> shown = new java.util.TreeMap<>();
    for (int i = 0; i < images.size(); i++) {
      boolean through = images.get(i).outcomes().get(judge).evaded() >= 0.5;
      byte[] original = drawn.get(i).pixels();
      byte[] attacked = pixels.get(i);
      String name = drawn.get(i).name();
      shown.computeIfAbsent(
          through,
          key -> new ChunkResult.Picture(name, Pixels.png(original), Pixels.png(attacked)));
    }
    return List.copyOf(shown.values());
  }

  private static String key(String task, int first) {
    return first + " " + task;
  }
}
