package io.clipure.stream.policy;

import static io.clipure.stream.policy.Sets.label;

import io.clipure.stream.purify.PurifierPreset;
import io.clipure.stream.views.ViewPlan;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;

/**
 * Prints the processor time of a verdict, with and without purification; not a test. Run from the
 * test class path: {@code java -cp … io.clipure.stream.policy.JudgeSpeed}.
 */
final class JudgeSpeed {
  private JudgeSpeed() {}

  public static void main(String[] arguments) {
    for (int dimension : new int[] {128, 512}) {
      for (PurifierPreset preset : PurifierPreset.values()) {
        Label[] labels = new Label[60];
        for (int k = 0; k < labels.length; k++) {
          labels[k] = label("l" + k, "g" + k % 12, Action.values()[k % 3], 0.5, "a" + k, "b" + k);
        }
        Judge judge =
            new ClipJudgeFactory(
                    Sets.model(dimension, null),
                    new FakeTextEncoder(dimension),
                    preset.purifier(),
                    ViewPlan.none(),
                    JudgeSettings.defaults())
                .compile(Sets.set(labels));
        float[][] embeddings = new float[64][];
        for (int i = 0; i < embeddings.length; i++) {
          embeddings[i] = Sets.gaussian(dimension, i);
        }
        run(judge, embeddings, 20_000);
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
          best = Math.min(best, run(judge, embeddings, 10_000));
        }
        System.out.printf(
            Locale.ROOT,
            "120 prompts x %d dimensions, purifier %s: %.0f ns of one core a verdict%n",
            dimension,
            preset.key(),
            best);
      }
    }
  }

  private static double run(Judge judge, float[][] embeddings, int count) {
    double sum = 0;
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long start = thread.getCurrentThreadCpuTime();
    for (int i = 0; i < count; i++) {
      sum += judge.judge(embeddings[i % embeddings.length]).topScore();
    }
    long elapsed = thread.getCurrentThreadCpuTime() - start;
    if (Double.isNaN(sum)) {
      throw new IllegalStateException("scores are not numbers");
    }
    return (double) elapsed / count;
  }
}
