package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Label;
import io.clipure.stream.redteam.attack.Norm;
import io.clipure.stream.redteam.data.StratifiedSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A small plan on made-up images. */
final class Plans {
  private static final int SIDE = 16;
  private static final Effort EFFORT = new Effort(100, 1, 3, 4);
  private static final List<String> ALL = List.of(Column.PLAIN, Column.PUBLISHED, Column.DEPLOYED);

  private Plans() {}

  static Plan plan(int images, String hostile) {
    List<Task> tasks = new ArrayList<>();
    tasks.add(task("clean", Task.CLEAN, images, Task.NO_ATTACK, Mode.NONE, 0, ALL));
    tasks.add(task("harmful", Task.HARMFUL, images, Task.NO_ATTACK, Mode.NONE, 0, ALL));
    for (double epsilon : new double[] {1, 2, 4, 8}) {
      for (String attack : List.of("apgd-ce", "apgd-t")) {
        tasks.add(
            task(
                "transfer/" + attack + "/" + epsilon,
                Task.HARMFUL,
                images,
                attack,
                Mode.TRANSFER,
                epsilon,
                ALL));
      }
      tasks.add(
          task(
              "adaptive/pgd/" + epsilon,
              Task.HARMFUL,
              images,
              "pgd",
              Mode.ADAPTIVE,
              epsilon,
              List.of(Column.DEPLOYED)));
    }
    return new Plan(
        1,
        8,
        Map.of("bundle", hostile, "bundle digest", "abc"),
        Map.of("harmful", "def"),
        List.of(
            new Column(Column.PLAIN, "plain", "the encoder alone", false, 1),
            new Column(Column.PUBLISHED, "published", "CLIPure-Cos N = 10, step 30", false, 1),
            new Column(Column.DEPLOYED, "deployed", hostile, true, 4)),
        tasks);
  }

  private static Task task(
      String id,
      String sample,
      int images,
      String attack,
      Mode mode,
      double epsilon,
      List<String> columns) {
    return new Task(
        id,
        sample,
        images,
        attack,
        mode,
        mode == Mode.TRANSFER ? Column.PLAIN : columns.get(columns.size() - 1),
        Norm.LINF,
        epsilon,
        EFFORT,
        columns,
        Task.Purpose.CELL);
  }

  static Map<String, List<StratifiedSample.Drawn>> samples(int images, String hostile) {
    List<StratifiedSample.Drawn> clean = new ArrayList<>();
    List<StratifiedSample.Drawn> harmful = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      byte[] pixels = new byte[3 * SIDE * SIDE];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (60 + (p * 7 + i * 13) % 130);
      }
      clean.add(new StratifiedSample.Drawn("c" + i + hostile, label(i % 4 != 0), pixels));
      harmful.add(new StratifiedSample.Drawn("h" + i + hostile, label(false), pixels));
    }
    return Map.of(Task.CLEAN, clean, Task.HARMFUL, harmful);
  }

  private static Label label(boolean safe) {
    return new Label(
        safe ? "cat" : "pistol",
        "name",
        "group",
        safe ? Action.ALLOW : Action.BLOCK,
        null,
        List.of("a"));
  }
}
