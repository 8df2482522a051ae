package io.clipure.stream.app;

import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageGradient;
import io.clipure.stream.policy.ClipJudge;
import io.clipure.stream.purify.OffPurifier;
import io.clipure.stream.purify.OnDevicePurifier;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.purify.PurifierPreset;
import io.clipure.stream.redteam.scorecard.Column;
import io.clipure.stream.redteam.scorecard.Deployment;
import io.clipure.stream.views.ViewPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The columns of a scorecard, opened: the encoder alone, as published, as deployed. */
final class RedteamBench implements AutoCloseable {
  /** An approximation that flatters the defence if anything, so a reader must know of it. */
  private static final String STRAIGHT_THROUGH =
      "; adaptive attacks run this purifier forward, under noise of their own, and pass their"
          + " gradients straight through it (BPDA), which is an approximation";

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<Deployment> deployments = new ArrayList<>();

  /**
   * Opens encoders and compiles judges.
   *
   * @param compare a second bundle under the same label set; null: none
   * @param draws times that secret views are drawn for an image
   */
  static RedteamBench open(Engines engines, Engines compare, int draws) {
    RedteamBench bench = new RedteamBench();
    try {
      bench.add(engines, compare, draws);
      return bench;
    } catch (RuntimeException e) {
      bench.close();
      throw e;
    }
  }

  /** In the order of the scorecard. */
  List<Deployment> deployments() {
    return List.copyOf(deployments);
  }

  private void add(Engines engines, Engines compare, int draws) {
    if (compare != null) {
      bare(compare, Column.COMPARE, compare.info().name() + " alone", new OffPurifier());
    }
    Deployment plain = bare(engines, Column.PLAIN, "encoder alone", new OffPurifier());
    Purifier paper = PurifierPreset.PAPER.purifier();
    Column published =
        new Column(
            Column.PUBLISHED,
            "as published",
            "CLIPure-Cos with the paper's settings, " + paper.id() + "; one view, no suspicion",
            false,
            1);
    deployments.add(
        new Deployment(
            published,
            plain.encoder(),
            plain.gradient(),
            engines.undefendedJudge(paper),
            ViewPlan.none()));
    boolean onDevice = engines.purifier() instanceof OnDevicePurifier;
    ImageEncoder serving =
        onDevice ? keep(engines.openEncoder(engines.devices().get(0))) : plain.encoder();
    ClipJudge judge = (ClipJudge) engines.judge();
    ViewPlan plan = engines.views().plan();
    Column deployed =
        new Column(
            Column.DEPLOYED,
            "deployed",
            String.format(
                Locale.ROOT,
                "the configuration as it is: %s; views %s; suspected from %.4f%s",
                engines.purifier().id(),
                plan.id(),
                judge.scoreModel().suspicionThreshold(),
                onDevice ? STRAIGHT_THROUGH : ""),
            true,
            plan.shifts() == 0 ? 1 : draws);
    deployments.add(new Deployment(deployed, serving, plain.gradient(), judge, plan));
  }

  private Deployment bare(Engines engines, String id, String title, Purifier purifier) {
    String device = engines.devices().get(0);
    ImageEncoder encoder = keep(engines.openBareEncoder(device));
    ImageGradient gradient = keep(engines.openGradient(device));
    Column column =
        new Column(
            id,
            title,
            "the encoder of " + engines.info().name() + ": no purification, one view, no suspicion",
            false,
            1);
    Deployment deployment =
        new Deployment(
            column, encoder, gradient, engines.undefendedJudge(purifier), ViewPlan.none());
    deployments.add(deployment);
    return deployment;
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.add(resource);
    return resource;
  }

  @Override
  public void close() {
    for (AutoCloseable resource : opened) {
      if (resource instanceof ImageEncoder encoder) {
        encoder.close();
      } else if (resource instanceof ImageGradient gradient) {
        gradient.close();
      }
    }
  }
}
