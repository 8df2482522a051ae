package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.ScoreModel;
import io.clipure.stream.policy.Verdict;
import io.clipure.stream.purify.PurifierPreset;
import io.clipure.stream.redteam.attack.AttackSettings;
import io.clipure.stream.redteam.attack.Attacked;
import io.clipure.stream.redteam.attack.Attacks;
import io.clipure.stream.redteam.attack.Budget;
import io.clipure.stream.redteam.attack.ProgressListener;
import io.clipure.stream.redteam.masking.GradientNorms;
import io.clipure.stream.redteam.target.DeployedSettings;
import io.clipure.stream.redteam.target.DeployedTarget;
import io.clipure.stream.redteam.target.Evasion;
import io.clipure.stream.redteam.target.ExactHead;
import io.clipure.stream.redteam.target.Loss;
import io.clipure.stream.redteam.target.Misclassification;
import io.clipure.stream.redteam.target.Objective;
import io.clipure.stream.redteam.target.Precision;
import io.clipure.stream.redteam.target.PublishedHead;
import io.clipure.stream.redteam.target.SingleViewTarget;
import io.clipure.stream.redteam.target.Target;
import io.clipure.stream.redteam.target.Victim;
import io.clipure.stream.redteam.target.ZeroShot;
import io.clipure.stream.views.KeyedViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The lab of real bundles: attacks aim at the moderation decision, and what they make is judged by
 * the very judges and encoders that serve. Keys of views come from the seed; none is the
 * operator's.
 */
public final class ClipLab implements Lab {
  /** Momentum and step of PGD, as a share of the budget; one single step goes all the way. */
  private static final double MOMENTUM = 0.75;

  private static final double STEP = 0.25;

  private final Map<String, Deployment> deployments;
  private final long seed;
  private final int batch;

  /**
   * A lab.
   *
   * @param seed of attacks and keys
   * @param batch most images or views given to an encoder at once
   */
  public ClipLab(List<Deployment> deployments, long seed, int batch) {
    this.deployments =
        deployments.stream()
            .collect(Collectors.toMap(one -> one.column().id(), Function.identity()));
    this.seed = seed;
    this.batch = batch;
  }

  @Override
  public List<Attacked> attack(Task task, List<Victim> victims, ProgressListener listener) {
    Target target = target(task);
    if (task.attack().equals(Task.GRADIENT_PROBE)) {
      return probe(target, victims, task.effort().eot());
    }
    Effort effort = task.effort();
    return Attacks.named(task.attack())
        .run(
            target,
            victims,
            new Budget(task.norm(), task.epsilon()),
            new AttackSettings(
                effort.steps(),
                effort.restarts(),
                effort.aims(),
                effort.eot(),
                MOMENTUM,
                effort.steps() == 1 ? 1 : STEP,
                victims.size(),
                seed),
            listener);
  }

  private Target target(Task task) {
    Deployment victim = deployments.get(task.victim());
    ScoreModel model = victim.judge().scoreModel();
    Objective objective =
        task.aimsAtLabel()
            ? new Misclassification(model.labels().size())
            : new Evasion(model.labels());
    if (task.mode() == Mode.PUBLISHED) {
      return new SingleViewTarget(
          victim.gradient(),
          new PublishedHead(
              ZeroShot.of(model), PurifierPreset.PAPER.settings().orElseThrow(), Precision.HALF),
          objective,
          batch);
    }
    if (victim.column().id().equals(Column.DEPLOYED)) {
      DeployedSettings defaults = DeployedSettings.defaults();
      return new DeployedTarget(
          victim.gradient(),
          victim.encoder(),
          victim.judge(),
          new KeyedViews(victim.plan(), "red team, the attacked service's key, " + seed),
          objective,
          new DeployedSettings(
              defaults.keyLeaked(), defaults.suspicionWeight(), defaults.slack(), batch));
    }
    return new SingleViewTarget(
        victim.gradient(), new ExactHead(ZeroShot.of(model), model.purifier()), objective, batch);
  }

  /** The loss of a result is the length of the margin's gradient at the original. */
  private List<Attacked> probe(Target target, List<Victim> victims, int draws) {
    double[] norms = GradientNorms.at(target, victims, Loss.MARGIN, draws, seed);
    List<Attacked> result = new ArrayList<>();
    for (int i = 0; i < norms.length; i++) {
      Victim victim = victims.get(i);
      result.add(new Attacked(victim, victim.pixels(), false, 0, draws, norms[i]));
    }
    return result;
  }

  @Override
  public List<Outcome> judge(Task task, Column column, List<Victim> victims, List<byte[]> pixels) {
    Deployment deployment = deployments.get(column.id());
    List<ImageViews> seen = new ArrayList<>();
    for (int i = 0; i < victims.size(); i++) {
      for (int draw = 0; draw < column.draws(); draw++) {
        String key =
            "red team, fresh key, "
                + String.join(
                    "/",
                    Long.toString(seed),
                    task.id(),
                    Integer.toString(victims.get(i).index()),
                    Integer.toString(draw));
        seen.add(views(deployment, key, pixels.get(i)));
      }
    }
    int together = Math.max(1, batch / (1 + deployment.plan().extraViews()));
    List<Verdict> verdicts = new ArrayList<>();
    for (int from = 0; from < seen.size(); from += together) {
      for (ImageEmbeddings embeddings :
          deployment
              .encoder()
              .encodeViews(seen.subList(from, Math.min(seen.size(), from + together)))) {
        verdicts.add(deployment.judge().judge(embeddings));
      }
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < victims.size(); i++) {
      Label truth = deployment.judge().labelSet().labels().get(victims.get(i).label());
      outcomes.add(
          Outcome.mean(
              verdicts.subList(i * column.draws(), (i + 1) * column.draws()).stream()
                  .map(verdict -> outcome(column, truth, verdict))
                  .toList()));
    }
    return outcomes;
  }

  private static ImageViews views(Deployment deployment, String key, byte[] pixels) {
    int size = deployment.encoder().imageSize();
    byte[] digest = ImageViews.digestOf(pixels);
    return ImageViews.of(
        pixels,
        digest,
        new KeyedViews(deployment.plan(), key)
            .draw(digest).stream().map(view -> view.apply(pixels, size)).toList());
  }

  private static Outcome outcome(Column column, Label truth, Verdict verdict) {
    boolean suspected = column.suspicion() && verdict.has(Verdict.FlagKind.SUSPECTED_ADVERSARIAL);
    boolean milder = verdict.decision().compareTo(truth.action()) < 0;
    boolean allowed = verdict.decision() == Action.ALLOW;
    return new Outcome(
        one(verdict.topLabel().equals(truth.id())),
        one(milder && !suspected),
        one(allowed && !suspected),
        one(suspected),
        one(verdict.has(Verdict.FlagKind.LOW_CONFIDENCE)),
        one(!allowed || suspected),
        column.suspicion() ? List.of(verdict.suspicion().score()) : List.of(),
        String.format(
            Locale.ROOT,
            "%s: %s %.2f%s",
            verdict.decision(),
            verdict.topLabel(),
            verdict.topScore(),
            suspected ? ", suspected adversarial" : ""));
  }

  private static double one(boolean value) {
    return value ? 1 : 0;
  }
}
